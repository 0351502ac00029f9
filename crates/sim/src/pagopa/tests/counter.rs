//! Cash at the counter.

use axum::http::StatusCode;

use super::portal::{ENTE, World, numero};

#[tokio::test]
async fn a_notice_is_paid_in_cash() {
    let world = World::new().await;
    assert!(world.get("/tabaccheria").await.body.contains("SIMULAZIONE"));
    let grouped = numero(1).grouped().replace(' ', "+");
    let page = world.post("/tabaccheria", &format!("avviso={grouped}&ente={ENTE}")).await;
    assert!(page.body.contains("45,20 €") && page.body.contains("Paga in contanti"), "{}", page.body);
    let page = world.post("/tabaccheria/paga", &format!("avviso={}&ente={ENTE}&importo=4520", numero(1))).await;
    assert!(page.body.contains("Pagamento eseguito") && page.body.contains("47,20 €"), "{}", page.body);
    world.until(|all| all.first().is_some_and(|sending| sending.last.as_deref() == Some("OK"))).await;
    let again = world.post("/tabaccheria/paga", &format!("avviso={}&ente={ENTE}&importo=4520", numero(1))).await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    assert!(again.body.contains("PPT_PAGAMENTO_DUPLICATO"));
    assert_eq!(world.heard("paSendRTV2Request").len(), 1);
}

#[tokio::test]
async fn wrong_numbers_are_said_at_the_field() {
    let world = World::new().await;
    let page = world.post("/tabaccheria", "avviso=302000000000000185&ente=1").await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.body.contains("id=\"avviso-errore\"") && page.body.contains("id=\"ente-errore\""));
    let page = world.post("/tabaccheria", &format!("avviso={}&ente=77777777777", numero(1))).await;
    assert!(page.body.contains("PPT_DOMINIO_SCONOSCIUTO"));
    // Another ente, another segregation code: nobody is asked.
    let page = world.post("/tabaccheria", &format!("avviso={}&ente=00000020164", numero(1))).await;
    assert!(page.body.contains("PPT_STAZIONE_INT_PA_SCONOSCIUTA"));
    assert!(world.script.lock().unwrap().heard.is_empty());
    world.script.lock().unwrap().fault = Some("PAA_PAGAMENTO_SCADUTO");
    let page = world.post("/tabaccheria", &format!("avviso={}&ente={ENTE}", numero(1))).await;
    assert!(page.body.contains("L&#39;avviso è scaduto.") && page.body.contains("PPT_ERRORE_EMESSO_DA_PAA"));
}

#[tokio::test]
async fn programs_pay_too() {
    let world = World::new().await;
    let body = serde_json::json!({ "avviso": numero(1).as_str(), "ente": ENTE }).to_string();
    let page = world.json("/pagopa/paga", &body).await;
    assert_eq!(page.status, StatusCode::OK);
    let paid: serde_json::Value = serde_json::from_str(&page.body).unwrap();
    world.until(|all| all.first().is_some_and(|sending| sending.sent == 1)).await;
    let list: serde_json::Value = serde_json::from_str(&world.get("/pagopa/ricevute.json").await.body).unwrap();
    assert_eq!(list[0]["receipt_id"], paid["receipt_id"]);
    assert_eq!((&list[0]["amount_cents"], &list[0]["state"]), (&4_520.into(), &"acquisita".into()));
    assert_eq!(world.json("/pagopa/paga", &body).await.status, StatusCode::CONFLICT);
}
