//! Each switch does what its name says.

use axum::http::StatusCode;

use super::portal::{ENTE, World, numero};
use crate::pagopa::queue::State;

async fn pay(world: &World, base: u64) -> super::portal::Page {
    world.post("/tabaccheria/paga", &format!("avviso={}&ente={ENTE}&importo=4520", numero(base))).await
}

#[tokio::test]
async fn late_and_never() {
    let world = World::new().await;
    world.on(r#"{"guasto":"ricevuta_tardiva","secondi":600,"volte":1}"#);
    assert_eq!(pay(&world, 1).await.status, StatusCode::OK);
    world.on(r#"{"guasto":"ricevuta_mai","volte":1}"#);
    assert_eq!(pay(&world, 2).await.status, StatusCode::OK);
    world.on(r#"{"guasto":"ritorno_prima","volte":1}"#);
    let before = crate::spid::now();
    assert_eq!(pay(&world, 3).await.status, StatusCode::OK);
    let all: Vec<_> = world.node.queue.all();
    assert_eq!([all[0].1.state, all[1].1.state, all[2].1.state], [State::Waiting, State::Held, State::Waiting]);
    assert!((all[0].1.due_at - before).num_seconds() >= 599);
    assert!((1..60).contains(&(all[2].1.due_at - before).num_seconds()));
    assert!(world.heard("paSendRTV2Request").is_empty());
    // A person sends the one that never comes.
    assert_eq!(world.post("/pagopa/ricevute/1/invia", "").await.status, StatusCode::SEE_OTHER);
    world.until(|all| all[1].state == State::Acquired).await;
    assert_eq!(world.post("/pagopa/ricevute/9/invia", "").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn twice_and_two() {
    let world = World::new().await;
    world.on(r#"{"guasto":"ricevuta_doppia","volte":1}"#);
    pay(&world, 1).await;
    world.until(|all| all.len() == 1 && all[0].sent == 2 && all[0].state == State::Acquired).await;
    let sent = world.heard("paSendRTV2Request");
    assert_eq!(sent[0], sent[1]);
    world.on(r#"{"guasto":"pagamento_doppio","volte":1}"#);
    pay(&world, 2).await;
    let all = world.until(|all| all.len() == 3 && all.iter().all(|sending| sending.state == State::Acquired)).await;
    assert_eq!(all[1].receipt.numero, all[2].receipt.numero);
    assert_ne!(all[1].receipt.id, all[2].receipt.id);
}

#[tokio::test]
async fn a_lost_answer_is_followed_by_the_same_receipt() {
    let world = World::new().await;
    world.on(r#"{"guasto":"risposta_persa","volte":1}"#);
    pay(&world, 1).await;
    let all = world.until(|all| all.len() == 1 && all[0].state == State::Acquired).await;
    assert_eq!(all[0].sent, 2);
    let sent = world.heard("paSendRTV2Request");
    assert_eq!((sent.len(), &sent[0]), (2, &sent[1]));
}

#[tokio::test]
async fn refused_receipts_are_tried_five_times_and_put_aside() {
    let world = World::new().await;
    world.script.lock().unwrap().receipt_faults.extend(["PAA_SYSTEM_ERROR"; 5]);
    pay(&world, 1).await;
    let all = world.until(|all| all.len() == 1 && all[0].state == State::Stuck).await;
    assert_eq!((all[0].sent, all[0].last.as_deref()), (5, Some("PAA_SYSTEM_ERROR")));
    assert!(world.get("/pagopa").await.body.contains("bloccata"));
    world.script.lock().unwrap().receipt_faults.push_back("PAA_RECEIPT_DUPLICATA");
    world.post("/pagopa/ricevute/0/invia", "").await;
    let all = world.until(|all| all[0].state == State::Acquired).await;
    assert_eq!(all[0].last.as_deref(), Some("PAA_RECEIPT_DUPLICATA"));
}

#[tokio::test]
async fn amounts_expiry_and_old_primitives() {
    let world = World::new().await;
    world.on(r#"{"guasto":"importo_cambiato","volte":1}"#);
    let page = world.post("/tabaccheria", &format!("avviso={}&ente={ENTE}", numero(1))).await;
    assert!(page.body.contains("name=\"importo\" value=\"4620\""), "{}", page.body);
    let form = format!("avviso={}&ente={ENTE}&importo=4620", numero(1));
    let page = world.post("/tabaccheria/paga", &form).await;
    assert!(page.status == StatusCode::CONFLICT && page.body.contains("prima era 46,20 €"), "{}", page.body);
    assert!(page.body.contains("name=\"importo\" value=\"4520\""));
    assert!(world.heard("paGetPaymentV2Request")[0].contains("<amount>46.20</amount>"));
    world.on(r#"{"guasto":"scaduto","volte":1}"#);
    let page = pay(&world, 1).await;
    assert!(page.status == StatusCode::CONFLICT && page.body.contains("PPT_TOKEN_SCADUTO"), "{}", page.body);
    assert!(world.node.queue.all().is_empty());
    world.on(r#"{"guasto":"importo_diverso","volte":1}"#);
    assert_eq!(pay(&world, 1).await.status, StatusCode::OK);
    world.until(|all| all[0].state == State::Acquired).await;
    let receipt = &world.heard("paSendRTV2Request")[0];
    assert!(receipt.contains("<paymentAmount>46.20<") && receipt.contains("<transferAmount>46.20<"), "{receipt}");
    world.on(r#"{"guasto":"primitive_v1"}"#);
    assert_eq!(pay(&world, 2).await.status, StatusCode::OK);
    world.until(|all| all.len() == 2 && all[1].state == State::Acquired).await;
    assert_eq!((world.heard("paGetPaymentReq").len(), world.heard("paSendRTReq").len()), (1, 1));
}

#[tokio::test]
async fn the_panel_and_its_json_turn_switches() {
    let world = World::new().await;
    let page = world.json("/pagopa/guasti", r#"{"guasto":"ricevuta_mai","avviso":"3"}"#).await;
    assert_eq!(page.body, r#"[{"guasto":"ricevuta_mai","avviso":"3"}]"#);
    assert_eq!(world.json("/pagopa/guasti", r#"{"guasto":"niente"}"#).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let form = "guasto=ricevuta_tardiva&secondi=30&avviso=&volte=2";
    assert_eq!(world.post("/pagopa", form).await.location, "/pagopa");
    let panel = world.get("/pagopa").await.body;
    assert!(panel.contains("Ricevuta in ritardo, 30 secondi, ancora 2 volte") && panel.contains("SIMULAZIONE"));
    let wrong = world.post("/pagopa", "guasto=ricevuta_tardiva&secondi=presto&avviso=&volte=").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    world.post("/pagopa/spegni", "").await;
    assert_eq!(world.get("/pagopa/guasti").await.body, "[]");
}
