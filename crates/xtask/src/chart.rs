//! Draws ratios as an SVG: a line for each program, on a logarithmic scale, readable on light and dark ground.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use crate::Result;
use crate::programs::GROUPS;
use crate::results::{Measured, Results};

const WIDTH: f64 = 760.0;
/// Where the scale begins and ends, beside the names and the numbers.
const LEFT: f64 = 190.0;
const RIGHT: f64 = 700.0;
const ROW: f64 = 18.0;
const TOP: f64 = 64.0;

/// The colours of the first peer that is compared, and of those after it.
const STYLE: &str = "\
text { font: 12px system-ui, sans-serif; fill: #24292f }
.head { font-weight: 600 }
.quiet { fill: #57606a }
.number { font-variant-numeric: tabular-nums }
.grid { stroke: #d0d7de }
.one { stroke: #57606a; stroke-width: 1.5 }
.p0 { fill: #0969da }
.p1 { fill: #bf8700 }
.p2 { fill: #8250df }
.p3 { fill: #cf222e }
@media (prefers-color-scheme: dark) {
text { fill: #e6edf3 }
.quiet { fill: #9198a1 }
.grid { stroke: #3d444d }
.one { stroke: #9198a1 }
.p0 { fill: #4493f8 }
.p1 { fill: #d29922 }
.p2 { fill: #ab7df8 }
.p3 { fill: #f85149 }
}
";

/// Draws what `bench --json` wrote.
pub fn run(json: &Path, svg: &Path) -> Result<()> {
    let text = draw(&Results::load(json)?);
    fs::write(svg, text).map_err(|error| format!("{}: {error}", svg.display()).into())
}

/// Names of the interpreters that are drawn, Weft before the others: it has the bars.
fn drawn(results: &Results) -> Vec<&str> {
    let mut names: Vec<&str> = results.peers.iter().skip(1).map(|peer| peer.name.as_str()).collect();
    names.sort_by_key(|name| *name != "Weft");
    names
}

/// A logarithmic scale.
struct Scale {
    low: f64,
    high: f64,
}

impl Scale {
    /// Reaches over all ratios, from and to a 1, 2 or 5.
    fn over(ratios: impl Iterator<Item = f64>) -> Scale {
        let (low, high) = ratios.fold((0.5f64, 2.0f64), |(low, high), ratio| (low.min(ratio), high.max(ratio)));
        let low = ticks().rev().find(|tick| *tick <= low);
        let high = ticks().find(|tick| *tick >= high);
        Scale { low: low.unwrap_or(0.001), high: high.unwrap_or(1000.0) }
    }

    fn x(&self, ratio: f64) -> f64 {
        let place = (ratio.clamp(self.low, self.high) / self.low).ln() / (self.high / self.low).ln();
        LEFT + place * (RIGHT - LEFT)
    }

    fn marks(&self) -> impl Iterator<Item = f64> {
        ticks().filter(|tick| (self.low..=self.high).contains(tick))
    }
}

/// 0.001, 0.002, 0.005 … 1000.
fn ticks() -> impl DoubleEndedIterator<Item = f64> {
    (-3..3).flat_map(|power| [1.0, 2.0, 5.0].map(|step: f64| step * 10f64.powi(power))).chain([1000.0])
}

pub fn draw(results: &Results) -> String {
    let peers = drawn(results);
    let all = results.programs.iter().flat_map(|program| peers.iter().filter_map(|peer| results.ratio(program, peer)));
    let scale = Scale::over(all);
    let mut body = String::new();
    let mut y = TOP;
    for group in GROUPS {
        if results.group(group).next().is_none() {
            continue;
        }
        y += ROW * 0.5;
        heading(&mut body, results, group, &peers, y);
        y += ROW;
        for program in results.group(group) {
            row(&mut body, results, program, &peers, &scale, y);
            y += ROW;
        }
    }
    let mut text = String::new();
    let height = y + 12.0;
    let _ = writeln!(text, r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img">"#);
    let title = format!("CPU time relative to {}: less is better", results.yardstick());
    let _ = writeln!(text, "<title>{}</title>\n<style>\n{STYLE}</style>", escaped(&title));
    let _ = writeln!(text, r#"<text class="head" x="10" y="20">{}</text>"#, escaped(&title));
    legend(&mut text, results, &peers);
    grid(&mut text, &scale, y);
    text.push_str(&body);
    text.push_str("</svg>\n");
    text
}

fn legend(text: &mut String, results: &Results, peers: &[&str]) {
    let mut x = LEFT;
    for (i, name) in peers.iter().enumerate() {
        let version = results.peers.iter().find(|peer| peer.name == *name).map_or("", |peer| &peer.version);
        let label = format!("{name} {version}");
        let _ = writeln!(text, r#"<circle class="p{}" cx="{x:.1}" cy="36" r="4"/>"#, i.min(3));
        let _ = writeln!(text, r#"<text class="quiet" x="{:.1}" y="40">{}</text>"#, x + 8.0, escaped(label.trim()));
        x += 24.0 + 6.5 * label.chars().count() as f64;
    }
}

fn grid(text: &mut String, scale: &Scale, bottom: f64) {
    for mark in scale.marks() {
        let x = scale.x(mark);
        let class = if mark == 1.0 { "one" } else { "grid" };
        let _ = writeln!(text, r#"<path class="{class}" d="M{x:.1} {TOP}V{bottom:.1}"/>"#);
        let label = format!("{}", (mark * 1000.0).round() / 1000.0);
        let _ =
            writeln!(text, r#"<text class="quiet" x="{x:.1}" y="{}" text-anchor="middle">{label}</text>"#, TOP - 6.0);
    }
}

fn heading(text: &mut String, results: &Results, group: &str, peers: &[&str], y: f64) {
    let baseline = y + 13.0;
    let _ = writeln!(text, r#"<text class="head" x="10" y="{baseline:.1}">{group}</text>"#);
    if let Some((mean, _)) = peers.first().and_then(|peer| results.mean_ratio(group, peer)) {
        let _ = writeln!(
            text,
            r#"<text class="head number" x="{}" y="{baseline:.1}" text-anchor="end">{mean:.2}</text>"#,
            WIDTH - 10.0
        );
    }
}

/// A bar from 1 to the first peer's ratio, and a dot for each of the others.
fn row(text: &mut String, results: &Results, program: &Measured, peers: &[&str], scale: &Scale, y: f64) {
    let (middle, baseline) = (y + ROW / 2.0, y + 13.0);
    let _ = writeln!(text, r#"<text x="22" y="{baseline:.1}">{}</text>"#, escaped(&program.name));
    for (i, peer) in peers.iter().enumerate() {
        let Some(ratio) = results.ratio(program, peer) else {
            if i == 0 {
                let x = WIDTH - 10.0;
                let _ = writeln!(text, r#"<text class="p3" x="{x}" y="{baseline:.1}" text-anchor="end">failed</text>"#);
            }
            continue;
        };
        let x = scale.x(ratio);
        if i > 0 {
            let _ = writeln!(text, r#"<circle class="p{}" cx="{x:.1}" cy="{middle:.1}" r="3"/>"#, i.min(3));
            continue;
        }
        let (from, to) = (x.min(scale.x(1.0)), x.max(scale.x(1.0)));
        let (top, width) = (y + 4.0, (to - from).max(1.0));
        let _ = writeln!(text, r#"<rect class="p0" x="{from:.1}" y="{top:.1}" width="{width:.1}" height="10"/>"#);
        let x = WIDTH - 10.0;
        let _ = writeln!(text, r#"<text class="number" x="{x}" y="{baseline:.1}" text-anchor="end">{ratio:.2}</text>"#);
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::sample;

    #[test]
    fn equal_factors_are_equally_far_apart() {
        let scale = Scale::over([0.03, 3.0].into_iter());
        assert_eq!((scale.low, scale.high), (0.02, 5.0));
        assert_eq!((scale.x(0.02), scale.x(5.0)), (LEFT, RIGHT));
        assert!((scale.x(1.0) - scale.x(0.1) - (scale.x(0.5) - scale.x(0.05))).abs() < 1e-9);
        assert_eq!(scale.marks().count(), 8);
    }

    #[test]
    fn every_program_has_its_row_and_every_group_its_mean() {
        let mut results = sample();
        results.programs[0].name = "coro_<a>".to_owned();
        let svg = draw(&results);
        for part in
            ["coro_&lt;a&gt;", ">0.25</text>", ">0.50</text>", ">2.00</text>", ">failed</text>", ">start</text>"]
        {
            assert!(svg.contains(part), "{part} is missing in:\n{svg}");
        }
        assert_eq!(svg.matches("<rect").count(), 4);
        assert_eq!(svg.matches('<').count(), svg.matches('>').count());
    }
}
