//! An installation over a seeded database, ready to be started.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Duration,
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use tokio::runtime::Runtime;

use super::{
    database::Database,
    failure::Failure,
    files::program,
    process::{self, Server},
    seed::{self, Seeded},
};

pub(super) const PATIENCE: Duration = Duration::from_secs(20);
/// Items on a page.
pub(super) const SIZE: usize = 150;
/// The list that is measured.
pub(super) const LIST: &str = "/sandbox/v1/transactions?";

/// Where it is and what is in it.
pub(super) struct Prepared {
    program: PathBuf,
    config: PathBuf,
    pub(super) address: SocketAddr,
    pub(super) seeded: Seeded,
    /// Header lines that name the seeded tenant.
    pub(super) headers: String,
    /// What stands in the header of that name.
    pub(super) authorization: String,
}

impl Prepared {
    /// Seeds the database as far as it is not, and keeps config and keys in that folder.
    pub(super) fn new(
        database: &Database<'_>,
        folder: &Path,
        runtime: &Runtime,
        rows: usize,
    ) -> Result<Self, Failure> {
        let (program, address) = (program()?, process::free_address()?);
        let (keys, config) = (folder.join("keys"), folder.join("sahod.toml"));
        let text = format!(
            "{}[files]\nurl = {:?}\n[server]\nlisten = \"{address}\"\n[rate_limit]\nper_second = 1000000\nburst = 1000000\nbrowsers_per_second = 1000000\nbrowsers_burst = 1000000\n[outbound]\nallow_private_networks = true\n",
            database.toml(&keys),
            format!("file:{}", folder.join("files").display()),
        );
        std::fs::write(&config, text)?;
        let storage = database.storage()?;
        let master = keys.join("master.key");
        let seeded = runtime.block_on(seed::seed(&program, &config, &storage, &master, rows))?;
        database.settle()?;
        let pair = STANDARD.encode(format!("{}:{}", seeded.key, seeded.secret));
        let authorization = format!("Basic {pair}");
        let headers = format!("Authorization: {authorization}\r\nAccept: application/json\r\n");
        Ok(Self { program, config, address, seeded, headers, authorization })
    }

    /// What serves it.
    pub(super) fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.args(["serve", "--config"]).arg(&self.config);
        command
    }

    /// What has an event happen in it: the program's own command, of which only how it ended is of interest.
    pub(super) fn trigger(&self, event: &str) -> Command {
        let mut command = Command::new(&self.program);
        command
            .args(["trigger", event, "--api", &format!("http://{}/sandbox/v1", self.address)])
            .env("SAHOD_KEY", &self.seeded.key)
            .env("SAHOD_SECRET", &self.seeded.secret)
            .stdin(Stdio::null());
        command
    }

    /// Starts serving it.
    pub(super) fn serve(&self) -> Result<Server, Failure> {
        Server::start(&mut self.command(), self.address, "/readyz", PATIENCE)
    }

    /// The first page of each user's list.
    pub(super) fn first_pages(&self) -> Vec<String> {
        self.seeded.users.iter().map(|user| format!("{LIST}userId={user}&size={SIZE}")).collect()
    }
}
