//! Instructions per request: the difference between a long and a short run under valgrind, so that start and stop drop out.

use std::{ffi::OsString, fs, net::SocketAddr, path::Path, process::Command, time::Duration};

use super::{
    failure::Failure,
    load::{self, Load, Target},
    process::Server,
};

const SHORT: usize = 100;
const LONG: usize = 600;
/// Users that requests go around; each is asked for once before, so that fetching its key drops out as well.
const PATHS: usize = 20;
const PATIENCE: Duration = Duration::from_mins(3);

pub(super) fn per_request(
    command: &Command,
    address: SocketAddr,
    probe: &str,
    paths: &[String],
    load: Load<'_>,
    folder: &Path,
) -> Result<f64, Failure> {
    let paths = paths.get(..PATHS).unwrap_or(paths);
    let count = |requests: usize| -> Result<f64, Failure> {
        let file = folder.join("callgrind.out");
        let mut output = OsString::from("--callgrind-out-file=");
        output.push(&file);
        let mut valgrind = Command::new("valgrind");
        valgrind.args(["--tool=callgrind", "--quiet"]).arg(output).arg(command.get_program());
        valgrind.args(command.get_args());
        let server = Server::start(&mut valgrind, address, probe, PATIENCE)?;
        load::drive(load, &[Target { address, paths }], paths.len() + requests)?;
        server.stop()?;
        let text = fs::read_to_string(file)?;
        let total = text.lines().find_map(|line| line.strip_prefix("totals:"));
        Ok(total.ok_or("callgrind gave no total")?.trim().parse()?)
    };
    #[expect(clippy::cast_precision_loss, reason = "the counts are small")]
    let requests = (LONG - SHORT) as f64;
    Ok((count(LONG)? - count(SHORT)?) / requests)
}
