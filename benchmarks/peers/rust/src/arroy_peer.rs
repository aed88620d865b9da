//! The published crate arroy, with its own defaults.

use std::path::PathBuf;

use arroy::{Database, Distance, Reader, Writer};
use heed::{CommitOrAbort, CompactionOption, Env, EnvOpenOptions, RwTxn};
use rand::rngs::StdRng;
use rand::SeedableRng;

use crate::work::{Answers, Vectors, Work};
use crate::{Peer, Result, Search};

const INDEX: u16 = 0;

pub struct ArroyPeer<D: Distance> {
    env: Env,
    database: Database<'static, D>,
    dimension: usize,
    file: PathBuf,
}

pub fn open<D: Distance>(work: &Work) -> Result<ArroyPeer<D>> {
    let folder = work.fresh("arroy")?;
    let mut options = EnvOpenOptions::new();
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
    Ok(ArroyPeer {
        env,
        database,
        dimension: work.dimension,
        file,
    })
}

impl<D: Distance> ArroyPeer<D> {
    /// Writes items, builds and commits.
    fn write(&self, items: impl FnOnce(&Writer<D>, &mut RwTxn) -> arroy::Result<()>) -> Result<()> {
        let writer = Writer::new(self.database, INDEX, self.dimension);
        let mut wtxn = self.env.write_txn()?;
        items(&writer, &mut wtxn)?;
        let mut random = StdRng::seed_from_u64(42);
        writer.builder(&mut random).build(&mut wtxn)?;
        Ok(wtxn.commit()?)
    }
}

impl<D: Distance> Peer for ArroyPeer<D> {
    fn parameters(&self) -> Result<String> {
        let rtxn = self.env.read_txn()?;
        let reader = Reader::open(&rtxn, INDEX, self.database)?;
        Ok(format!("trees:{},its_own_choice", reader.n_trees()))
    }

    fn build(&mut self, work: &Work) -> Result<()> {
        self.write(|writer, wtxn| {
            (0..work.items.len()).try_for_each(|id| writer.append_item(wtxn, id as u32, work.items.row(id)))
        })
    }

    fn update(&mut self, changed: &[u32], replacements: &Vectors) -> Result<()> {
        self.write(|writer, wtxn| {
            let mut ids = changed.iter().enumerate();
            ids.try_for_each(|(row, id)| writer.add_item(wtxn, *id, replacements.row(row)))
        })
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
                nearest.search_k(effort);
            }
            if let Some(filter) = filter {
                nearest.candidates(filter);
            }
            Ok(nearest.by_vector(&rtxn, query)?)
        })
    }
}
