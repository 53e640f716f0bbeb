//! Wires the rooms together and runs them until the stop.

use std::{io::IsTerminal as _, net::TcpListener, time::Duration};

use axum::Router;
use sahod_api::{ApiConfig, Front, Hosts, PublicUrls, Readiness};
use sahod_app::{Acting, App, Courier};
use sahod_jobs::WorkerConfig;
use sahod_store::DatabaseUrl;
use tokio::{
    sync::watch,
    task::{JoinHandle, JoinSet},
    time::sleep,
};

use crate::{
    config::{Config, LogFormat},
    failure::Failure,
    limits::{body_limits, connections, encrypted_only, rate_limits, turn_limits},
    listen::{self, Connections, Served, Stage},
    stop::{Signals, Told},
    tls::{self, Encryption},
};

/// Sends log lines to standard error.
pub(crate) fn start_log(config: &Config) -> Result<(), Failure> {
    let filter = tracing_subscriber::EnvFilter::try_new(&config.log.filter)
        .map_err(|error| format!("log.filter is not a filter: {error}"))?;
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        // Colours are for people, not for files.
        .with_ansi(std::io::stderr().is_terminal());
    match config.log.format {
        LogFormat::Json => log.json().init(),
        LogFormat::Text => log.init(),
    }
    Ok(())
}

/// A running installation.
pub(crate) struct Installation {
    signals: Signals,
    app: App,
    stop: watch::Sender<bool>,
    stage: watch::Sender<Stage>,
    readiness: Readiness,
    connections: Connections,
    front: Front,
    tls: Option<Encryption>,
    tasks: JoinSet<Result<(), Failure>>,
    /// Writes the requests log; stopped when everything else has ended.
    log_writer: (watch::Sender<bool>, JoinHandle<()>),
    drain: Duration,
    grace: Duration,
}

impl Installation {
    /// Starts serving and working, for whoever calls it by one of those names. What is served passes through `around`.
    pub(crate) async fn start(
        config: &Config,
        app: &App,
        urls: PublicUrls,
        listener: TcpListener,
        hosts: Hosts,
        around: impl FnOnce(Router) -> Router,
    ) -> Result<Self, Failure> {
        // Before anybody is told that it runs: from now on a signal means an orderly end.
        let signals = Signals::catch()?;
        let tls = tls::load(config).await?;
        let (stop, stopped) = watch::channel(false);
        let grace = Duration::from_millis(config.server.grace_ms);
        let (stop_log, log_stopped) = watch::channel(false);
        let log_writer = (stop_log, tokio::spawn(app.requests.clone().write_requests(log_stopped)));
        let mut installation = Self {
            signals,
            app: app.clone(),
            stop,
            stage: watch::Sender::new(Stage::Open),
            readiness: Readiness::default(),
            connections: connections(config),
            front: Front { hosts, encrypted_only_s: encrypted_only(config, &urls) },
            tls: tls.clone(),
            tasks: JoinSet::new(),
            log_writer,
            drain: Duration::from_millis(config.server.drain_ms),
            grace,
        };

        let base_domain = &config.server.base_domain;
        let api = ApiConfig {
            base_domain: (!base_domain.is_empty()).then(|| base_domain.clone()),
            urls,
            rate_limit: rate_limits(config),
            turns: turn_limits(config),
            bodies: body_limits(config),
            readiness: installation.readiness.clone(),
        };
        let router = around(Router::new().fallback_service(sahod_api::router(app, &api)));
        installation.serve(listener, tls.clone(), router);
        if let Some(tls) = tls {
            let (files, mut stopped) = (tls.follow_files(), stopped.clone());
            installation.tasks.spawn(async move {
                tokio::select! {
                    () = files => {}
                    _ = stopped.wait_for(|stopped| *stopped) => {}
                }
                Ok(())
            });
        }

        // SQLite has one process; on PostgreSQL another node may be working on what looks unfinished.
        let alone = matches!(config.storage.database_url.parse(), Ok(DatabaseUrl::Sqlite(_)));
        if alone {
            app.upkeep.take_back().await?;
        }
        let last_seen = app.upkeep.begin().await?;
        app.sharing.finish_revokes_since(&Acting::operator(), last_seen).await?;
        app.upkeep.start_sweeping().await?;
        app.sharing.start_erasing_idle_users().await?;
        let (upkeep, upkeep_stopped) = (app.upkeep.clone(), stopped.clone());
        installation.tasks.spawn(async move {
            upkeep.watch_time(upkeep_stopped).await;
            Ok(())
        });
        let worker = app.worker(WorkerConfig {
            concurrency: config.jobs.concurrency,
            grace,
            ..WorkerConfig::default()
        });
        let worker_stopped = stopped.clone();
        installation.tasks.spawn(async move {
            worker.run(worker_stopped).await;
            Ok(())
        });
        let (courier, courier_stopped) = (Courier::new(app.delivery.clone()), stopped.clone());
        installation.tasks.spawn(async move {
            courier.run(courier_stopped).await;
            Ok(())
        });
        let recovering = app.linking.clone();
        installation.tasks.spawn(async move {
            recovering.end_abandoned_links(alone, stopped).await;
            Ok(())
        });
        Ok(installation)
    }

    /// Serves something else beside the surfaces, such as the demo page.
    pub(crate) fn serve_too(&mut self, listener: TcpListener, router: Router) {
        self.serve(listener, None, router);
    }

    fn serve(&mut self, listener: TcpListener, tls: Option<Encryption>, router: Router) {
        let served = Served {
            tls,
            router: self.front.before(router),
            connections: self.connections.clone(),
            stage: self.stage.subscribe(),
            grace: self.grace,
        };
        self.tasks.spawn(listen::serve(listener, served));
    }

    /// Runs until a signal to stop comes or a part fails, then ends in order. `on_stop` ends what was served too.
    pub(crate) async fn run(self, on_stop: impl FnOnce()) -> Result<(), Failure> {
        self.run_until(std::future::pending(), on_stop).await
    }

    /// The same, or until `over`.
    pub(crate) async fn run_until(
        mut self,
        over: impl Future<Output = ()>,
        on_stop: impl FnOnce(),
    ) -> Result<(), Failure> {
        let mut over = std::pin::pin!(over);
        let result = loop {
            tokio::select! {
                told = self.signals.told() => match told {
                    Told::Reload => self.reload(),
                    Told::Interrupt => break Ok(()),
                    Told::Terminate => {
                        self.drain().await;
                        break Ok(());
                    }
                },
                () = &mut over => break Ok(()),
                ended = self.tasks.join_next() => break match ended {
                    Some(Ok(Err(error))) => Err(error),
                    Some(Err(error)) => Err(error.into()),
                    Some(Ok(Ok(()))) | None => Ok(()),
                },
            }
        };
        tracing::info!("stopping");
        self.readiness.leave();
        self.stage.send_replace(Stage::Closed);
        self.stop.send_replace(true);
        on_stop();
        self.app.delivery.stop_waiting();
        self.app.linking.stop_links().await;
        while self.tasks.join_next().await.is_some() {}
        let (stop_log, log_writer) = self.log_writer;
        stop_log.send_replace(true);
        log_writer.await?;
        result
    }
}

impl Installation {
    /// Serves on, and lets everybody know that it will not for long: balancers by `/readyz`, clients by their answers. A second
    /// signal is enough of that.
    async fn drain(&mut self) {
        self.readiness.leave();
        self.stage.send_replace(Stage::Leaving);
        tokio::select! {
            () = sleep(self.drain) => {}
            () = self.signals.received() => {}
        }
    }

    /// Reads anew what may have changed.
    fn reload(&self) {
        if let Some(tls) = &self.tls {
            tls.reload();
        } else {
            tracing::info!("there is nothing to read anew: connections are not encrypted here");
        }
    }
}
