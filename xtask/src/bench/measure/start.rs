//! `cargo xtask bench start`: from start to ready, memory when idle, size.

use std::{
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

use super::{
    failure::Failure,
    files::{program, scratch},
    process,
    statistics::median,
};

/// How long the program is left alone before its memory counts as idle.
const IDLE: Duration = Duration::from_secs(3);

#[derive(clap::Args)]
pub(super) struct Arguments {
    /// Starts of each sort.
    #[arg(long, default_value_t = 10)]
    runs: usize,
}

struct Started {
    child: Child,
    wall: f64,
    cpu: f64,
}

/// Starts `sahod dev --json` and waits for its line.
fn start(program: &Path, data: &Path) -> Result<Started, Failure> {
    let mut command = Command::new(program);
    command.args(["dev", "--json", "--port", "0", "--data"]).arg(data);
    let began = Instant::now();
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
    let output = child.stdout.take().ok_or("no standard output")?;
    let mut line = String::new();
    BufReader::new(output).read_line(&mut line)?;
    let wall = began.elapsed().as_secs_f64() * 1e3;
    if !line.starts_with('{') {
        return Err("the program did not start".into());
    }
    let cpu = process::cpu(child.id())?.as_secs_f64() * 1e3;
    Ok(Started { child, wall, cpu })
}

pub(super) fn run(root: &Path, arguments: &Arguments) -> Result<Vec<String>, Failure> {
    let program = program()?;
    let (mut first, mut second, mut memory) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..arguments.runs {
        let folder = scratch(root)?;
        for figures in [&mut first, &mut second] {
            let mut started = start(&program, folder.path())?;
            figures.push((started.wall, started.cpu));
            if figures.len() == arguments.runs {
                sleep(IDLE);
                #[expect(clippy::cast_precision_loss, reason = "kilobytes of memory are few")]
                memory.push(process::memory(started.child.id(), "VmRSS")? as f64 / 1_024.0);
            }
            // Stopping waits for the RSA keys, so that the second start finds them.
            process::stop(&mut started.child)?;
        }
    }
    let walls = |figures: &[(f64, f64)]| median(figures.iter().map(|figure| figure.0).collect());
    let cpus = |figures: &[(f64, f64)]| median(figures.iter().map(|figure| figure.1).collect());
    println!("`sahod dev`, from start to ready, median of {} (CPU until then)", arguments.runs);
    println!("first start   {:>6.0} ms ({:.0} ms)", walls(&first), cpus(&first));
    println!("second start  {:>6.0} ms ({:.0} ms)", walls(&second), cpus(&second));
    for (name, memory) in ["after the first start", "after the second start"].iter().zip(&memory) {
        println!("memory when idle, {name}: {memory:.1} MiB");
    }
    println!("binary: {} bytes", std::fs::metadata(&program)?.len());
    Ok(Vec::new())
}
