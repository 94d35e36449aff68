//! Tables in Markdown.

use std::fmt::Write;

use crate::programs::GROUPS;
use crate::results::{Figures, Measured, Outcome, Results};

const MIB: f64 = 1024.0 * 1024.0;

/// All tables, with what they were measured on.
pub fn markdown(results: &Results) -> String {
    let versions: Vec<String> = results.peers.iter().map(|peer| format!("{} {}", peer.name, peer.version)).collect();
    let versions = versions.join(", ");
    let mut text = format!("Measured on {}: {versions}. ", results.machine);
    let _ = write!(text, "Medians of {} rounds; N times {}.", results.rounds, results.scale);
    if !results.absent.is_empty() {
        let _ = write!(text, " Not found: {}.", results.absent.join(", "));
    }
    text.push('\n');
    for group in GROUPS {
        if results.group(group).next().is_none() {
            continue;
        }
        let unit = if group == "start" { "milliseconds" } else { "seconds" };
        let _ = write!(text, "\n### {group}: CPU {unit}, and the ratio to {}\n\n", results.yardstick());
        text.push_str(&cpu_table(results, group));
        if group == "start" || group == "mem" {
            let _ = write!(text, "\n{}", memory_table(results, group));
        }
    }
    let failures: Vec<_> = results.failures().collect();
    if !failures.is_empty() {
        text.push_str("\n### What failed\n\n");
    }
    for (program, peer, reason) in failures {
        let _ = writeln!(text, "- {program} under {peer}: {reason}");
    }
    text
}

fn cpu_table(results: &Results, group: &str) -> String {
    let mut head = vec!["program".to_owned()];
    let mut last = vec!["geometric mean".to_owned()];
    for (i, peer) in results.peers.iter().enumerate() {
        head.push(peer.name.clone());
        last.push(String::new());
        if i > 0 {
            head.push("ratio".to_owned());
            let mean = results.mean_ratio(group, &peer.name);
            last.push(mean.map_or_else(String::new, |(mean, _)| format!("{mean:.2}")));
        }
    }
    let mut rows = vec![head];
    for program in results.group(group) {
        let mut row = vec![program.name.clone()];
        for (i, peer) in results.peers.iter().enumerate() {
            let seconds = |figures: &Figures| match group {
                "start" => format!("{:.1}", figures.cpu * 1e3),
                _ => format!("{:.3}", figures.cpu),
            };
            row.push(cell(program, &peer.name, seconds));
            if i > 0 {
                row.push(results.ratio(program, &peer.name).map_or_else(String::new, |ratio| format!("{ratio:.2}")));
            }
        }
        rows.push(row);
    }
    rows.push(last);
    table(&rows)
}

/// Time by the clock and memory of the start group, memory of the mem group.
fn memory_table(results: &Results, group: &str) -> String {
    let start = group == "start";
    let mut rows = vec![vec!["program".to_owned()]];
    for peer in &results.peers {
        let heads = if start { ["wall ms", "peak MiB"] } else { ["peak MiB", "bytes each"] };
        rows[0].extend(heads.map(|head| format!("{} {head}", peer.name)));
    }
    for program in results.group(group) {
        let mut row = vec![program.name.clone()];
        for peer in &results.peers {
            let mib = |figures: &Figures| format!("{:.1}", figures.peak / MIB);
            let each = |figures: &Figures| figures.bytes_each.map_or_else(String::new, |bytes| format!("{bytes:.0}"));
            let wall = |figures: &Figures| format!("{:.1}", figures.wall * 1e3);
            if start {
                row.extend([cell(program, &peer.name, wall), cell(program, &peer.name, mib)]);
            } else {
                row.extend([cell(program, &peer.name, mib), cell(program, &peer.name, each)]);
            }
        }
        rows.push(row);
    }
    table(&rows)
}

fn cell(program: &Measured, peer: &str, show: impl Fn(&Figures) -> String) -> String {
    match program.outcomes.get(peer) {
        Some(Outcome::Figures(figures)) => show(figures),
        Some(Outcome::Failed(_)) => "failed".to_owned(),
        None => String::new(),
    }
}

/// The first row is the head; all columns but the first are numbers.
pub fn table(rows: &[Vec<String>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or_default();
    let width = |column: usize| rows.iter().filter_map(|row| Some(row.get(column)?.chars().count())).max();
    let widths: Vec<usize> = (0..columns).map(|column| width(column).unwrap_or_default().max(3)).collect();
    let mut text = String::new();
    for (i, row) in rows.iter().enumerate() {
        for (column, width) in widths.iter().enumerate() {
            let cell = row.get(column).map_or("", String::as_str);
            let _ = if column == 0 { write!(text, "| {cell:<width$} ") } else { write!(text, "| {cell:>width$} ") };
        }
        text.push_str("|\n");
        if i == 0 {
            for (column, width) in widths.iter().enumerate() {
                let line = "-".repeat(width - usize::from(column > 0));
                let _ = write!(text, "| {line}{} ", if column > 0 { ":" } else { "" });
            }
            text.push_str("|\n");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::sample;

    #[test]
    fn numbers_stand_to_the_right() {
        let rows = [vec!["a".to_owned(), "long".to_owned()], vec!["élan".to_owned(), "1".to_owned()]];
        assert_eq!(table(&rows), "| a    | long |\n| ---- | ---: |\n| élan |    1 |\n");
    }

    #[test]
    fn groups_have_tables_with_means_and_failures_are_told() {
        let text = markdown(&sample());
        for line in [
            "Measured on a <machine> & more: CPython 1, Weft 1. Medians of 1 rounds; N times 1. Not found: PyPy.",
            "### coro: CPU seconds, and the ratio to CPython",
            "| coro_a         |   2.000 | 0.500 |  0.25 |",
            "| geometric mean |         |       |  0.50 |",
            "| mem_c   |              3.0 |                100 |           3.0 |             100 |",
            "| py_d           |   1.000 | failed |       |",
            "| start_e        |    12.0 |  3.0 |  0.25 |",
            "| start_e |            12.0 |              3.0 |          3.0 |           3.0 |",
            "- py_d under Weft: exit status 1: Oh",
        ] {
            assert!(text.lines().any(|found| found == line), "{line} is missing in:\n{text}");
        }
    }
}
