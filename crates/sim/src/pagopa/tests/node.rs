//! Tokens, waits, and receipts against the schema.

use std::{fs, process::Command, time::Duration};

use chrono::TimeDelta;
use sportello_domain::euro::Euro;

use super::{
    portal::{ENTE, World, numero},
    specs,
};
use crate::{
    pagopa::{
        node::{Paid, Stop},
        queue::{State, wait_after},
        receipt::PSP,
        refusal::Refusal,
        soap::{self, Version},
    },
    spid::now,
};

const CARD: Paid = Paid { psp: &PSP[0], channel: "prova", method: "CP", delay_s: None };
const SHOWN: Euro = Euro::from_cents(4_520);

#[tokio::test]
async fn a_notice_has_one_live_token_and_is_paid_once() {
    let world = World::new().await;
    let (node, numero, start) = (&world.node, numero(1), now());
    let begin = async |at| node.begin(ENTE, &numero, SHOWN, None, at).await;
    let first = begin(start).await.unwrap();
    assert_eq!(begin(start).await, Err(Stop::Refused(Refusal::InProgress)));
    assert_eq!(node.verify(ENTE, &numero, start).await, Err(Refusal::InProgress));
    // After half an hour somebody else may pay, and the first token is dead.
    let later = start + TimeDelta::minutes(30);
    let second = begin(later).await.unwrap();
    assert_eq!(node.paid(&first, &CARD, later), Err(Refusal::TokenExpired));
    assert_eq!(node.paid(&second, &CARD, later + TimeDelta::minutes(31)), Err(Refusal::TokenExpired));
    let third = begin(later).await.unwrap();
    assert_eq!(node.paid(&third, &CARD, later).map(|sent| sent.len()), Ok(1));
    assert_eq!(node.paid(&third, &CARD, later), Err(Refusal::OutcomeKnown));
    assert_eq!(begin(later + TimeDelta::days(1)).await, Err(Stop::Refused(Refusal::AlreadyPaid)));
    assert_eq!(node.verify(ENTE, &numero, later).await, Err(Refusal::AlreadyPaid));
    assert_eq!(node.paid("altro", &CARD, later), Err(Refusal::UnknownToken));
}

#[tokio::test]
async fn a_fault_of_the_ente_leaves_the_notice_free() {
    let world = World::new().await;
    let (node, numero) = (&world.node, numero(1));
    world.script.lock().unwrap().fault = Some("PAA_PAGAMENTO_ANNULLATO");
    let Err(Stop::Refused(refusal)) = node.begin(ENTE, &numero, SHOWN, None, now()).await else {
        panic!("the ente refuses");
    };
    assert_eq!(refusal.code(), "PPT_ERRORE_EMESSO_DA_PAA");
    assert_eq!(refusal.words(), "L'ente ha annullato questo avviso.");
    world.script.lock().unwrap().fault = None;
    let token = node.begin(ENTE, &numero, SHOWN, None, now()).await.unwrap();
    node.give_up(&token);
    assert!(node.begin(ENTE, &numero, SHOWN, None, now()).await.is_ok());
}

#[test]
fn waits_grow_as_the_node_says() {
    let slot = Duration::from_secs(2);
    let waits: Vec<u64> = (1..=5).map(|attempt| wait_after(attempt, slot).as_secs()).collect();
    assert_eq!(waits, [2, 6, 14, 30, 62]);
}

#[tokio::test]
async fn receipts_of_both_versions_fit_the_schema() {
    let Some(schema) = specs("wsdl/xsd/paForNode.xsd") else { return };
    if Command::new("xmllint").arg("--version").output().is_err() {
        assert!(!crate::pagopa::tests::required(), "xmllint is missing");
        println!("skipped: xmllint is not installed");
        return;
    }
    let world = World::new().await;
    let ente = world.node.registry.ente(ENTE).unwrap();
    for (base, version) in [(1, Version::V2), (2, Version::V1)] {
        if version == Version::V1 {
            world.on(r#"{"guasto":"primitive_v1"}"#);
        }
        let token = world.node.begin(ENTE, &numero(base), SHOWN, Some("carrello"), now()).await.unwrap();
        world.node.paid(&token, &CARD, now()).unwrap();
    }
    let all = world.until(|all| all.len() == 2 && all.iter().all(|sending| sending.state == State::Acquired)).await;
    let calls = [
        soap::verify(ente, &numero(1)),
        soap::get(ente, &numero(1), Version::V1, Some(SHOWN), Some("carrello")),
        soap::get(ente, &numero(1), Version::V2, None, None),
        soap::send(ente, &all[0].receipt),
        soap::send(ente, &all[1].receipt),
    ];
    for (at, call) in calls.iter().enumerate() {
        let (_, body) = call.body.split_once("<soapenv:Body>").unwrap();
        let (body, _) = body.split_once("</soapenv:Body>").unwrap();
        let body = body.replacen('>', &format!(" xmlns:pafn=\"{}\">", soap::PA_FOR_NODE), 1);
        let file = std::env::temp_dir().join(format!("sportello-sim-{}-{at}.xml", std::process::id()));
        fs::write(&file, &body).unwrap();
        let checked = Command::new("xmllint").args(["--noout", "--schema"]).arg(&schema).arg(&file).output().unwrap();
        fs::remove_file(&file).unwrap();
        assert!(checked.status.success(), "{}\n{body}", String::from_utf8_lossy(&checked.stderr));
    }
}
