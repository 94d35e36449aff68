//! `cargo xtask linear`: does the cost of an item stay the same when there are ten times as many?
//!
//! The programs of `benches/linear` treat about `TOTAL` items in rounds of N, so that all sizes take about as long.

use std::fs;
use std::path::Path;

use crate::options::Linear;
use crate::peers::{self, Peer};
use crate::process;
use crate::programs::{self, Program};
use crate::progress::Progress;
use crate::{Result, report};

const SIZES: [u64; 4] = [1_000, 10_000, 100_000, 1_000_000];
/// How much more an item may cost among a million than among a hundred thousand: caches take their part, and so does
/// the logarithm in what is sorted; a cost that grows with the number of items would be ten times as high.
const LIMIT: f64 = 2.5;

/// Nanoseconds for each item by size, or why there are none.
type Costs = Vec<std::result::Result<f64, String>>;

/// Measures and shows a table. False if a program failed, or an item costs more among more.
pub fn run(options: &Linear) -> Result<bool> {
    let path = match &options.interpreter {
        Some(path) => path.clone(),
        None => peers::weft(options.weft.as_deref())?,
    };
    let peer =
        Peer { name: path.display().to_string(), version: String::new(), command: vec![path.into()], group: None };
    let programs = programs::find(&programs::benches().join("linear"), &options.wanted, &[])?;
    let folder = tempfile::tempdir()?;
    let empty = folder.path().join("empty.py");
    fs::write(&empty, "")?;
    let start = cost(options, &peer, &empty)?;
    let progress = Progress::new();
    let mut rows = vec![["nanoseconds an item", "1e3", "1e4", "1e5", "1e6", "growth"].map(str::to_owned).to_vec()];
    let mut complaints = Vec::new();
    for program in &programs {
        let mut costs = Costs::new();
        for size in SIZES {
            progress.show(&format!("{}, {size}", program.name));
            let path = program.sized(Some(size), folder.path())?;
            costs.push(cost(options, &peer, &path).map(|user| (user - start).max(0.0) * 1e9 / items(program, size)));
        }
        rows.push(row(&program.name, &costs));
        complaints.extend(complaint(&program.name, &costs));
    }
    drop(progress);
    print!("{}", report::table(&rows));
    for complaint in &complaints {
        println!("{complaint}");
    }
    Ok(complaints.is_empty())
}

/// The user seconds of the best run. System time is left out: memory that is used for the first time costs a fault in the
/// system for each page, and in rounds of fewer items it is used again and again.
fn cost(options: &Linear, peer: &Peer, path: &Path) -> std::result::Result<f64, String> {
    let mut best = f64::INFINITY;
    for _ in 0..options.rounds {
        best = best.min(process::run(peer.command(path), options.timeout)?.user);
    }
    Ok(best)
}

/// How many items the program treats.
fn items(program: &Program, size: u64) -> f64 {
    let rounds = (program.constant("TOTAL").unwrap_or(size) / size).max(1);
    (rounds * size) as f64
}

fn row(name: &str, costs: &Costs) -> Vec<String> {
    let mut row = vec![name.to_owned()];
    row.extend(costs.iter().map(|cost| cost.as_ref().map_or("failed".to_owned(), |cost| format!("{cost:.0}"))));
    row.push(growth(costs).map_or_else(String::new, |growth| format!("{growth:.2}")));
    row
}

/// The cost at the largest size by that at the one before.
fn growth(costs: &Costs) -> Option<f64> {
    match costs.as_slice() {
        [.., Ok(before), Ok(last)] if *before > 0.0 => Some(last / before),
        _ => None,
    }
}

fn complaint(name: &str, costs: &Costs) -> Option<String> {
    let failed = SIZES.iter().zip(costs).find_map(|(size, cost)| Some((size, cost.as_ref().err()?)));
    match (failed, growth(costs)) {
        (Some((size, reason)), _) => Some(format!("{name} failed with {size}: {reason}")),
        (None, Some(growth)) if growth <= LIMIT => None,
        (None, Some(growth)) => {
            Some(format!("{name} is not linear: {growth:.1} times the cost for each of ten times as many"))
        }
        (None, None) => Some(format!("{name} took too little time to tell")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn growth_is_judged_at_the_largest_sizes() {
        for (costs, complains) in [
            (vec![Ok(10.0), Ok(50.0), Ok(20.0), Ok(30.0)], false),
            (vec![Ok(10.0), Ok(10.0), Ok(20.0), Ok(60.0)], true),
            (vec![Ok(10.0), Ok(10.0), Ok(0.0), Ok(60.0)], true),
            (vec![Ok(10.0), Err("signal 11".to_owned()), Ok(20.0), Ok(20.0)], true),
        ] {
            assert_eq!(complaint("x", &costs).is_some(), complains, "{costs:?}");
        }
        let costs = vec![Ok(1.0), Ok(2.0), Ok(3.0), Ok(4.5)];
        assert_eq!(row("x", &costs), ["x", "1", "2", "3", "4", "1.50"]);
    }

    #[test]
    fn every_program_says_how_many_items_it_treats() -> Result<()> {
        for program in programs::find(&programs::benches().join("linear"), &[], &[])? {
            assert!(program.size.is_some() && program.constant("TOTAL").is_some(), "{}", program.name);
            assert!(items(&program, 1_000_000) >= 1_000_000.0);
            assert_eq!(items(&program, 1_000), program.constant("TOTAL").unwrap_or_default() as f64);
        }
        Ok(())
    }
}
