//! The published crate hannoy, with its own defaults.

use std::path::PathBuf;

use hannoy::{Database, Distance, Reader, Writer};
use heed::{CommitOrAbort, CompactionOption, Env, EnvOpenOptions, WithoutTls};
use rand::rngs::StdRng;
use rand::SeedableRng;

use crate::work::{Answers, Vectors, Work};
use crate::{Peer, Result, Search};

const INDEX: u16 = 0;

/// Links of an item in upper layers and in the lowest, as in the crate's documentation.
const M: usize = 16;
const M0: usize = 32;

pub struct HannoyPeer<D: Distance> {
    env: Env<WithoutTls>,
    database: Database<'static, D>,
    dimension: usize,
    file: PathBuf,
}

pub fn open<D: Distance>(work: &Work) -> Result<HannoyPeer<D>> {
    let folder = work.fresh("hannoy")?;
    let mut options = EnvOpenOptions::new().read_txn_without_tls();
    // Safety: no other process opens this environment.
    let env = unsafe { options.map_size(1 << 40).open(&folder)? };
    let wtxn = env.write_txn()?;
    let database = env
        .create_databases_and_commit(wtxn, |opener, wtxn| -> heed::Result<_> {
            opener
                .create_database(wtxn, None)
                .map(CommitOrAbort::<_, ()>::Commit)
        })?
        .unwrap_commit();
    let file = folder.join("data.mdb");
    Ok(HannoyPeer {
        env,
        database,
        dimension: work.dimension,
        file,
    })
}

impl<D: Distance> HannoyPeer<D> {
    /// Puts the rows under the ids, builds and commits.
    fn put(&self, ids: impl Iterator<Item = u32>, rows: &Vectors) -> Result<()> {
        let writer = Writer::new(self.database, INDEX, self.dimension);
        let mut wtxn = self.env.write_txn()?;
        for (row, id) in ids.enumerate() {
            writer.add_item(&mut wtxn, id, rows.row(row))?;
        }
        let mut random = StdRng::seed_from_u64(42);
        writer.builder(&mut random).build::<M, M0>(&mut wtxn)?;
        Ok(wtxn.commit()?)
    }
}

impl<D: Distance> Peer for HannoyPeer<D> {
    fn parameters(&self) -> Result<String> {
        Ok(format!("m:{M},m0:{M0},ef_construction:100"))
    }

    fn build(&mut self, work: &Work) -> Result<()> {
        self.put(0..work.items.len() as u32, &work.items)
    }

    fn update(&mut self, changed: &[u32], replacements: &Vectors) -> Result<()> {
        self.put(changed.iter().copied(), replacements)
    }

    fn bytes(&self) -> Result<u64> {
        Ok(std::fs::metadata(&self.file)?.len())
    }

    fn compacted_bytes(&self) -> Result<u64> {
        let copy = self.file.with_extension("compacted");
        let bytes = self
            .env
            .copy_to_path(&copy, CompactionOption::Enabled)?
            .metadata()?
            .len();
        std::fs::remove_file(copy)?;
        Ok(bytes)
    }

    fn search(&self, search: &Search, answers: &mut Answers) -> Result<()> {
        let rtxn = self.env.read_txn()?;
        let reader = Reader::open(&rtxn, INDEX, self.database)?;
        search.run(answers, |query, filter| {
            let mut nearest = reader.nns(search.k);
            if let Some(effort) = search.effort {
                nearest.ef_search(effort.get());
            }
            if let Some(filter) = filter {
                nearest.candidates(filter);
            }
            Ok(nearest.by_vector(&rtxn, query)?.into_nns())
        })
    }
}
