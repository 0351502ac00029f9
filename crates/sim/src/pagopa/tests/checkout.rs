//! From a cart to the way back.

use axum::http::StatusCode;

use super::portal::{ENTE, World, numero};

fn cart(bases: &[u64], cents: i64) -> String {
    let notices: Vec<_> = bases
        .iter()
        .map(|base| {
            serde_json::json!({
                "noticeNumber": numero(*base).as_str(), "fiscalCode": ENTE, "amount": cents,
                "companyName": "Comune di Prova", "description": "Mensa <ottobre>",
            })
        })
        .collect();
    let url = |how: &str| format!("http://127.0.0.1:1/prova/ritorno?esito={how}");
    serde_json::json!({
        "paymentNotices": notices, "idCart": "carrello-1", "emailNotice": "a@posta.example",
        "returnUrls": {
            "returnOkUrl": url("ok"), "returnCancelUrl": url("annullato"),
            "returnErrorUrl": url("errore"), "returnWaitingUrl": url("attesa"),
        },
    })
    .to_string()
}

/// A cart, and the path of its page.
async fn open(world: &World, bases: &[u64]) -> String {
    let page = world.json("/checkout/ec/v2/carts", &cart(bases, 4_520)).await;
    assert_eq!(page.status, StatusCode::FOUND, "{}", page.body);
    page.location.strip_prefix("http://localhost:1").expect("an address of ours").to_owned()
}

/// Walks to the last page.
async fn choose(world: &World, path: &str) {
    let page = world.post(path, "email=b%40posta.example").await;
    assert_eq!((page.status, page.location), (StatusCode::SEE_OTHER, format!("{path}/metodo")));
    let page = world.post(&format!("{path}/metodo"), "scelta=0").await;
    assert_eq!(page.location, format!("{path}/psp"));
    let page = world.post(&format!("{path}/psp"), "scelta=2").await;
    assert_eq!(page.location, format!("{path}/conferma"));
}

/// From a new cart to the press on the last page.
async fn press(world: &World, base: u64, action: &str) -> super::portal::Page {
    let path = open(world, &[base]).await;
    choose(world, &path).await;
    world.post(&format!("{path}/conferma"), &format!("azione={action}")).await
}

#[tokio::test]
async fn a_cart_is_paid_and_the_receipts_are_there_before_the_browser() {
    let world = World::new().await;
    let path = open(&world, &[1, 2]).await;
    assert_eq!(world.heard("paVerifyPaymentNoticeReq").len(), 2);
    let summary = world.get(&path).await.body;
    for text in
        ["SIMULAZIONE", "Totale: 90,40 €", "3020 0000 0000 0001 84", "Mensa &#60;ottobre&#62;", "a@posta.example"]
    {
        assert!(summary.contains(text), "{text}: {summary}");
    }
    choose(&world, &path).await;
    let confirm = world.get(&format!("{path}/conferma")).await.body;
    assert!(confirm.contains("Paga 91,15 €") && confirm.contains("b@posta.example"), "{confirm}");
    let page = world.post(&format!("{path}/conferma"), "azione=paga").await;
    assert_eq!(page.location, "http://127.0.0.1:1/prova/ritorno?esito=ok");
    let receipts = world.heard("paSendRTV2Request");
    assert_eq!(receipts.len(), 2);
    assert!(receipts.iter().all(|body| body.contains("<paymentNote>carrello-1</paymentNote><fee>0.75</fee>")));
    // Whoever presses again, or comes back, is sent on, and nothing is paid twice.
    assert_eq!(world.post(&format!("{path}/conferma"), "azione=paga").await.location, page.location);
    assert_eq!(world.get(&path).await.location, page.location);
    assert_eq!(world.heard("paSendRTV2Request").len(), 2);
}

#[tokio::test]
async fn giving_up_failing_and_waiting_go_their_own_ways_back() {
    let world = World::new().await;
    let page = press(&world, 1, "annulla").await;
    assert!(page.location.ends_with("esito=annullato"));
    assert!(world.heard("paGetPaymentV2Request").is_empty());
    let page = press(&world, 1, "errore").await;
    assert!(page.location.ends_with("esito=errore"));
    assert_eq!(world.heard("paGetPaymentV2Request").len(), 1);
    // What failed can be paid again at once.
    let page = press(&world, 1, "attesa").await;
    assert!(page.location.ends_with("esito=attesa"), "{}", page.body);
    assert!(world.heard("paSendRTV2Request").is_empty());
    let receipts = world.until(|all| all.len() == 1).await;
    assert!(receipts[0].due_at > crate::spid::now());
}

#[tokio::test]
async fn what_is_not_a_cart_is_refused() {
    let world = World::new().await;
    let good = cart(&[1], 4_520);
    let wrong = [
        "{}".to_owned(),
        "x".to_owned(),
        cart(&[], 1),
        cart(&[1, 2, 3, 4, 5, 6], 1),
        cart(&[1], 0),
        good.replace("returnWaitingUrl", "returnWaitUrl"),
        good.replace("http://127.0.0.1:1/prova/ritorno?esito=ok", "javascript:alert(1)"),
        good.replace(numero(1).as_str(), "302000000000000185"),
        good.replace(numero(1).as_str(), "30200000000000018"),
        good.replace("a@posta.example", "nessuno"),
        good.replace("Comune di Prova", &"x".repeat(141)),
    ];
    for body in &wrong {
        let page = world.json("/checkout/ec/v2/carts", body).await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST, "{body}");
        assert!(page.body.contains("\"status\":400"));
    }
    assert!(world.heard("paVerifyPaymentNoticeReq").is_empty());
    let twice = world.json("/checkout/ec/v2/carts", &cart(&[1, 1], 4_520)).await;
    assert_eq!(twice.status, StatusCode::UNPROCESSABLE_ENTITY);
    let foreign = world.json("/checkout/ec/v2/carts", &good.replace(ENTE, "77777777777")).await;
    assert!(foreign.body.contains("PPT_DOMINIO_SCONOSCIUTO"), "{}", foreign.body);
    world.script.lock().unwrap().fault = Some("PAA_PAGAMENTO_DUPLICATO");
    let paid = world.json("/checkout/ec/v2/carts", &good).await;
    assert_eq!(paid.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(paid.body.contains("PAA_PAGAMENTO_DUPLICATO"));
}

#[tokio::test]
async fn an_amount_that_has_changed_is_not_paid() {
    let world = World::new().await;
    let path = open(&world, &[1]).await;
    choose(&world, &path).await;
    world.script.lock().unwrap().amount_cents = 5_000;
    let page = world.post(&format!("{path}/conferma"), "azione=paga").await;
    assert_eq!(page.status, StatusCode::CONFLICT);
    assert!(page.body.contains("Ora l&#39;ente chiede 50,00 €") && page.body.contains("esito=errore"), "{}", page.body);
    assert!(world.node.queue.all().is_empty());
    // The notice is free again.
    world.script.lock().unwrap().amount_cents = 4_520;
    assert!(press(&world, 1, "paga").await.location.ends_with("esito=ok"));
}

#[tokio::test]
async fn steps_in_the_wrong_order_lead_back() {
    let world = World::new().await;
    let path = open(&world, &[1]).await;
    assert_eq!(world.get(&format!("{path}/conferma")).await.location, path);
    assert_eq!(world.post(&format!("{path}/conferma"), "azione=paga").await.location, path);
    for (step, form) in [("", "email=nessuno"), ("/metodo", ""), ("/metodo", "scelta=9"), ("/psp", "scelta=3")] {
        let page = world.post(&format!("{path}{step}"), form).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{step} {form}");
        assert!(page.body.contains("role=\"alert\""));
    }
    assert_eq!(world.get("/checkout/_altro").await.status, StatusCode::NOT_FOUND);
}
