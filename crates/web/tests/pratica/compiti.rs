//! The tasks of the office through the router: who sees them, who marks one as done, and what accepting says before.

use axum::http::Method;
use sportello_domain::{id::PraticaId, ruolo::Ruolo};
use sportello_store::{
    compito::{self, CompitoKind},
    testing,
};

use super::{
    House,
    browser::{Browser, Reading},
    file, maria,
};
use crate::common::{Answer, CSRF, ORIGIN};

const COMPITI: &str = "/ufficio/compiti";
const CLERK: &[Ruolo] = &[Ruolo::OperatoreIstruzione];

async fn mark(house: &House, who: &Browser<'_>, task: uuid::Uuid) -> Answer {
    let (path, body) = (format!("/prova{COMPITI}/{task}/fatto"), format!("_csrf={CSRF}"));
    house.0.send(Method::POST, &path, Some(&who.person), &[("origin", ORIGIN)], body).await
}

/// A task that a pratica leaves.
pub async fn left(house: &House, pratica: PraticaId) -> uuid::Uuid {
    let (ente, task) = (house.0.prova.id, testing::id());
    let add = house.0.portal.store().write(ente, async move |tx| {
        compito::add(tx, ente, (task, CompitoKind::Certificazione), pratica, testing::now()).await
    });
    add.await.unwrap();
    task
}

#[tokio::test]
async fn the_office_reads_what_changes_and_marks_what_it_has_done() {
    let house = House::open().await;
    let maria = maria(&house).await;
    let path = file(&maria).await;
    let pratica: PraticaId = path.rsplit('/').next().unwrap().parse().unwrap();
    let anna = house.clerk(3, CLERK).await;
    let page = anna.get(&format!("/ufficio/pratiche/{pratica}")).await;
    page.says(200, &["Se accogli", "L’alunno è iscritto al servizio.", "Nasce un mandato"]);

    anna.get(COMPITI).await.says(200, &["Compiti", "Non c’è nulla da fare."]);
    let task = left(&house, pratica).await;
    anna.get(COMPITI)
        .await
        .says(200, &["preparare la certificazione", "Segna come fatto", path.rsplit('/').next().unwrap()]);
    let reader = house.clerk(4, &[Ruolo::Auditor]).await;
    reader.get(COMPITI).await.says(200, &["preparare la certificazione"]).hides(&["Segna come fatto"]);
    assert_eq!(mark(&house, &reader, task).await.status, 403);
    let stranger = house.clerk(5, &[Ruolo::Ragioneria]).await;
    assert_eq!(stranger.get(COMPITI).await.status, 403);
    for _ in 0..2 {
        assert_eq!(mark(&house, &anna, task).await.location(), "/prova/ufficio/compiti?fatto=si");
    }
    let done = anna.get(&format!("{COMPITI}?fatto=si")).await;
    done.says(200, &["role=\"status\"", "segnato come fatto", "Non c’è nulla da fare."]);
    assert_eq!(anna.get(&format!("{COMPITI}/{task}/fatto")).await.location(), "/prova/ufficio/compiti");
}
