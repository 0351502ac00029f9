//! Serving pages and working the queue until a signal says stop.

use std::time::Duration;

use anyhow::Context;
use sportello_app::{Portal, job};
use sportello_web::{Connections, WebSettings};
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
    sync::watch,
    task::JoinHandle,
};

use crate::{
    assemble, nodo, registry,
    settings::{Mode, Settings},
};

/// How long requests in flight may take after the signal.
const GRACE: Duration = Duration::from_secs(30);
/// How often the soundness of the disk is looked at.
const WATCH: Duration = Duration::from_secs(1);

/// Serves the portal and, unless worker processes do, works the queue.
pub async fn serve(settings: &Settings, with_worker: bool) -> anyhow::Result<()> {
    let portal = assemble::portal(settings).await?;
    registry::first_start(&portal, settings).await?;
    let listener =
        TcpListener::bind(settings.listen).await.with_context(|| format!("listen: {} is taken", settings.listen))?;
    let web = WebSettings {
        hsts: settings.mode == Mode::Production,
        demo_sim: (settings.mode == Mode::Demo).then(|| settings.simulators.clone()),
        client_header: settings.client_header()?,
    };
    let behind_proxy = web.client_header.is_some();
    if settings.mode == Mode::Production && settings.listen.ip().is_loopback() && !behind_proxy {
        tracing::warn!("client_header is not set: behind a proxy no client can be held back");
    }
    let mut connections = Connections::default();
    if behind_proxy {
        connections.most_of_address = None;
    }
    let nodo = nodo::listener(settings).await?;
    let app = sportello_web::router(portal.clone(), web);
    let stop = stopper(&portal);
    let worker = with_worker.then(|| spawn_worker(&portal, &stop));
    tracing::info!(listen = %settings.listen, "the portal is open");
    let pages = sportello_web::serve(listener, app, connections, None, told(&stop));
    let serving = async {
        match nodo {
            Some(nodo) => {
                tokio::join!(pages, nodo.serve(&portal, told(&stop)));
            }
            None => pages.await,
        }
    };
    let late = told(&stop);
    tokio::select! {
        () = serving => {}
        () = async { late.await; tokio::time::sleep(GRACE).await } => {
            tracing::warn!("requests were still in flight when the grace time ended");
        }
    }
    finish(&portal, worker).await
}

/// Ends when the program is to stop.
fn told(stop: &watch::Receiver<bool>) -> impl Future<Output = ()> + use<> {
    let mut stop = stop.clone();
    async move {
        let _ = stop.wait_for(|stop| *stop).await;
    }
}

/// Works the queue only.
pub async fn worker(settings: &Settings) -> anyhow::Result<()> {
    let portal = assemble::portal(settings).await?;
    registry::first_start(&portal, settings).await?;
    let stop = stopper(&portal);
    let worker = spawn_worker(&portal, &stop);
    tracing::info!("the queue is being worked");
    finish(&portal, Some(worker)).await
}

fn spawn_worker(portal: &Portal, stop: &watch::Receiver<bool>) -> JoinHandle<()> {
    tokio::spawn(job::work(portal.clone(), stop.clone()))
}

async fn finish(portal: &Portal, worker: Option<JoinHandle<()>>) -> anyhow::Result<()> {
    if let Some(worker) = worker {
        worker.await.context("working the queue")?;
    }
    let sound = portal.store().is_sound();
    portal.store().close().await;
    anyhow::ensure!(sound, "the disk of the database is in doubt: the program ends, start it again to recover");
    tracing::info!("the portal is closed");
    Ok(())
}

/// Turns true at SIGTERM, at Ctrl-C, and when a write to the disk failed: then only a restart tells what is stored.
fn stopper(portal: &Portal) -> watch::Receiver<bool> {
    let (tell, stop) = watch::channel(false);
    let portal = portal.clone();
    tokio::spawn(async move {
        tokio::select! {
            () = asked_to_stop() => tracing::info!("asked to stop"),
            () = disk_in_doubt(&portal) => tracing::error!("a write to the disk failed: stopping"),
        }
        let _ = tell.send(true);
    });
    stop
}

/// Ends at SIGTERM and at Ctrl-C.
pub async fn asked_to_stop() {
    let mut terminate = signal(SignalKind::terminate()).ok();
    let terminated = async {
        match terminate.as_mut() {
            Some(signal) => signal.recv().await,
            None => std::future::pending().await,
        }
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminated => {}
    }
}

async fn disk_in_doubt(portal: &Portal) {
    while portal.store().is_sound() {
        tokio::time::sleep(WATCH).await;
    }
}
