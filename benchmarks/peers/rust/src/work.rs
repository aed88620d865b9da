//! The files of the work folder.

use std::fs::{self, File};
use std::io::{BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use roaring::RoaringBitmap;

use crate::Result;

/// The work folder and what it says.
pub struct Work {
    folder: PathBuf,
    pub dimension: usize,
    pub distance: String,
    pub items: Vectors,
}

/// Rows of one length.
pub struct Vectors {
    values: Vec<f32>,
    dimension: usize,
}

impl Vectors {
    pub fn len(&self) -> usize {
        self.values.len() / self.dimension
    }

    pub fn row(&self, row: usize) -> &[f32] {
        &self.values[row * self.dimension..][..self.dimension]
    }
}

impl Work {
    pub fn open(folder: impl AsRef<Path>) -> Result<Work> {
        let folder = folder.as_ref().to_owned();
        let task = fs::read_to_string(folder.join("task"))?;
        let value = |key: &str| {
            task.lines()
                .filter_map(|line| line.split_once('='))
                .find(|(name, _)| *name == key)
                .map(|(_, value)| value.to_owned())
                .ok_or(format!("the task does not say {key}"))
        };
        let dimension: usize = value("dimension")?.parse()?;
        rayon::ThreadPoolBuilder::new()
            .num_threads(value("threads")?.parse()?)
            .build_global()?;
        let distance = value("distance")?;
        let items = vectors(&folder.join("items.f32"), dimension)?;
        Ok(Work {
            folder,
            dimension,
            distance,
            items,
        })
    }

    pub fn vectors(&self, name: &str) -> Result<Vectors> {
        vectors(&self.folder.join(name), self.dimension)
    }

    /// The ids of items that get another vector.
    pub fn changed(&self) -> Result<Vec<u32>> {
        Ok(words(&fs::read(self.folder.join("changed.i32"))?)
            .map(u32::from_le_bytes)
            .collect())
    }

    /// What each of the queries may find: a bit for each item, in whole words of 64 bits.
    pub fn filters(&self, name: &str, from: usize, count: usize) -> Result<Vec<RoaringBitmap>> {
        let bytes = self.items.len().div_ceil(64) * 8;
        let mut file = File::open(self.folder.join(name))?;
        file.seek(SeekFrom::Start((from * bytes) as u64))?;
        let mut row = vec![0; bytes];
        (0..count)
            .map(|_| {
                file.read_exact(&mut row)?;
                let ids =
                    (0..self.items.len() as u32).filter(|id| row[*id as usize / 8] >> (id % 8) & 1 == 1);
                Ok(RoaringBitmap::from_sorted_iter(ids)?)
            })
            .collect()
    }

    pub fn answers(&self, name: &str) -> Result<Answers> {
        Ok(Answers(BufWriter::new(File::create(self.folder.join(name))?)))
    }

    /// An empty folder for an index.
    pub fn fresh(&self, name: &str) -> Result<PathBuf> {
        let path = self.folder.join(name);
        if path.exists() {
            fs::remove_dir_all(&path)?;
        }
        fs::create_dir_all(&path)?;
        Ok(path)
    }
}

/// For each query nanoseconds and k ids, each in four bytes.
pub struct Answers(BufWriter<File>);

impl Answers {
    pub fn add(&mut self, time: Duration, found: &[(u32, f32)], k: usize) -> Result<()> {
        self.0
            .write_all(&u32::try_from(time.as_nanos()).unwrap_or(u32::MAX).to_le_bytes())?;
        for i in 0..k {
            self.0
                .write_all(&found.get(i).map_or(u32::MAX, |(id, _)| *id).to_le_bytes())?;
        }
        Ok(())
    }

    pub fn finish(mut self) -> Result<()> {
        Ok(self.0.flush()?)
    }
}

fn vectors(path: &Path, dimension: usize) -> Result<Vectors> {
    let values = words(&fs::read(path)?).map(f32::from_le_bytes).collect();
    Ok(Vectors { values, dimension })
}

fn words(bytes: &[u8]) -> impl Iterator<Item = [u8; 4]> + '_ {
    bytes
        .chunks_exact(4)
        .map(|word| [word[0], word[1], word[2], word[3]])
}
