//! Serves one of the peers that are published as crates. The first argument names it, the second
//! is the work folder. Requests come on standard input, one a line, and each is answered by one
//! line on standard output; `../README.md` describes both and the files of the work folder.

mod arroy_peer;
mod hannoy_peer;
mod meter;
mod work;

use std::collections::HashMap;
use std::error::Error;
use std::io::{self, BufRead, Write};
use std::num::NonZeroUsize;
use std::time::Instant;

use meter::{Cost, Meter};
use roaring::RoaringBitmap;
use work::{Answers, Vectors, Work};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// An index under measurement.
trait Peer {
    /// What it was built with, such as `trees:100`.
    fn parameters(&self) -> Result<String>;

    /// Builds an index of all items from nothing and makes it durable.
    fn build(&mut self, work: &Work) -> Result<()>;

    /// Gives items other vectors and makes that durable.
    fn update(&mut self, changed: &[u32], replacements: &Vectors) -> Result<()>;

    /// Bytes of the file.
    fn bytes(&self) -> Result<u64>;

    /// Bytes of a copy without the pages that are free.
    fn compacted_bytes(&self) -> Result<u64>;

    /// Answers all queries of a search.
    fn search(&self, search: &Search, answers: &mut Answers) -> Result<()>;
}

/// What is asked of an index: `count` queries from the `from`th on.
struct Search {
    k: usize,
    /// The crate's own search parameter; its default if none is given.
    effort: Option<NonZeroUsize>,
    from: usize,
    count: usize,
    queries: Vectors,
    /// What each query may find.
    filters: Option<Vec<RoaringBitmap>>,
}

impl Search {
    fn read(options: &HashMap<&str, &str>, work: &Work) -> Result<Search> {
        let number = |key: &str| -> Result<usize> { Ok(option(options, key)?.parse()?) };
        let (from, count) = (number("from")?, number("count")?);
        let effort = match option(options, "setting")? {
            "default" => None,
            number => Some(number.parse()?),
        };
        // Filters are bitmaps before any clock starts.
        let filters = match option(options, "filter")? {
            "none" => None,
            name => Some(work.filters(name, from, count)?),
        };
        let queries = work.vectors("queries.f32")?;
        Ok(Search {
            k: number("k")?,
            effort,
            from,
            count,
            queries,
            filters,
        })
    }

    /// Asks one query after the other; `find` returns the nearest ids with their distances.
    fn run(
        &self,
        answers: &mut Answers,
        find: impl Fn(&[f32], Option<&RoaringBitmap>) -> Result<Vec<(u32, f32)>>,
    ) -> Result<()> {
        for i in 0..self.count {
            let filter = self.filters.as_ref().map(|all| &all[i]);
            let start = Instant::now();
            let found = find(self.queries.row(self.from + i), filter)?;
            answers.add(start.elapsed(), &found, self.k)?;
        }
        Ok(())
    }
}

fn option<'a>(options: &HashMap<&str, &'a str>, key: &str) -> Result<&'a str> {
    Ok(options.get(key).copied().ok_or(format!("{key} is missing"))?)
}

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, name, folder] = arguments.as_slice() else {
        return Err("usage: peers SYSTEM WORK_FOLDER".into());
    };
    let work = Work::open(folder)?;
    let mut peer: Box<dyn Peer> = match (name.as_str(), work.distance.as_str()) {
        ("arroy", "cosine") => Box::new(arroy_peer::open::<arroy::distances::Cosine>(&work)?),
        ("arroy", "euclidean") => Box::new(arroy_peer::open::<arroy::distances::Euclidean>(&work)?),
        ("hannoy", "cosine") => Box::new(hannoy_peer::open::<hannoy::distances::Cosine>(&work)?),
        ("hannoy", "euclidean") => Box::new(hannoy_peer::open::<hannoy::distances::Euclidean>(&work)?),
        (system, distance) => return Err(format!("no system {system} with distance {distance}").into()),
    };
    say(&format!(
        "ready system={name} version={} filter=true update=true",
        version(name)
    ))?;
    for line in io::stdin().lock().lines() {
        let line = line?;
        let mut words = line.split_whitespace();
        let request = words.next().unwrap_or("");
        let options: HashMap<&str, &str> = words.filter_map(|word| word.split_once('=')).collect();
        if request == "quit" {
            break;
        }
        match answer(request, &options, &work, peer.as_mut()) {
            Ok(text) => say(&text)?,
            Err(error) => say(&format!(
                "failed reason={}",
                error.to_string().replace(char::is_whitespace, "_")
            ))?,
        }
    }
    Ok(())
}

fn answer(request: &str, options: &HashMap<&str, &str>, work: &Work, peer: &mut dyn Peer) -> Result<String> {
    match request {
        "build" => {
            let cost = measured(|| peer.build(work))?;
            Ok(format!(
                "built {cost} bytes={} compacted={} parameters={}",
                peer.bytes()?,
                peer.compacted_bytes()?,
                peer.parameters()?
            ))
        }
        "update" => {
            let (changed, replacements) = (work.changed()?, work.vectors("replacements.f32")?);
            let cost = measured(|| peer.update(&changed, &replacements))?;
            Ok(format!("updated {cost} bytes={}", peer.bytes()?))
        }
        "search" => {
            let mut answers = work.answers(option(options, "answers")?)?;
            peer.search(&Search::read(options, work)?, &mut answers)?;
            answers.finish()?;
            Ok("searched".to_owned())
        }
        other => Err(format!("unknown request {other}").into()),
    }
}

fn measured(work: impl FnOnce() -> Result<()>) -> Result<Cost> {
    let meter = Meter::start();
    work()?;
    Ok(meter.cost())
}

fn say(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{text}")?;
    out.flush()
}

/// The version that the lock file pins.
fn version(name: &str) -> &'static str {
    include_str!("../Cargo.lock")
        .split("[[package]]")
        .find_map(|package| {
            let mut lines = package.trim().lines();
            let found = lines.next()?.strip_prefix("name = ")?.trim_matches('"') == name;
            found.then(|| {
                lines
                    .next()?
                    .strip_prefix("version = ")
                    .map(|text| text.trim_matches('"'))
            })?
        })
        .unwrap_or("unknown")
}
