//! What work costs.

use std::fmt;
use std::time::Instant;

/// Measures from its start on.
pub struct Meter {
    start: Instant,
    cpu: f64,
}

/// Seconds on the clock and of processor time of all threads.
pub struct Cost {
    seconds: f64,
    cpu: f64,
}

impl Meter {
    pub fn start() -> Meter {
        Meter {
            start: Instant::now(),
            cpu: cpu_seconds(),
        }
    }

    pub fn cost(&self) -> Cost {
        Cost {
            seconds: self.start.elapsed().as_secs_f64(),
            cpu: cpu_seconds() - self.cpu,
        }
    }
}

impl fmt::Display for Cost {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "seconds={:.4} cpu_s={:.4}", self.seconds, self.cpu)
    }
}

fn cpu_seconds() -> f64 {
    // Safety: rusage is plain numbers, for which zero is a value, and the call writes only them.
    let usage = unsafe {
        let mut usage: libc::rusage = std::mem::zeroed();
        assert_eq!(libc::getrusage(libc::RUSAGE_SELF, &mut usage), 0);
        usage
    };
    let seconds = |time: libc::timeval| time.tv_sec as f64 + time.tv_usec as f64 / 1e6;
    seconds(usage.ru_utime) + seconds(usage.ru_stime)
}
