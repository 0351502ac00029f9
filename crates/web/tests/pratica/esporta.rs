//! The table of pratiche through the router, on both databases.

use sportello_app::address::Addressing;
use sportello_domain::ruolo::Ruolo;
use sportello_store::testing;

use super::{Browser, House, anna, browser::Reading, denaro::invoiced, file, html::Form, maria};
use crate::common::{Answer, ORIGIN, TestPortal};

const PATH: &str = "/ufficio/pratiche/esporta";

async fn each(body: impl AsyncFn(&House)) {
    testing::each(async |database| {
        let portal = TestPortal::on(database, Addressing::ByPrefix { origin: ORIGIN.into() }).await;
        body(&House::of(portal).await).await;
    })
    .await;
}

async fn take(clerk: &Browser<'_>, fields: &[(&str, &str)]) -> Answer {
    let page = clerk.get(PATH).await;
    let form = Form { action: PATH.into(), ..Form::find(&page.body, "dal") };
    let form = fields.iter().fold(form, |form, (name, value)| form.set(name, value));
    clerk.press(&form, "").await
}

#[tokio::test]
async fn a_clerk_takes_a_table_that_opens_in_a_spreadsheet() {
    each(async |house| {
        file(&maria(house).await).await;
        let anna = anna(house, &[Ruolo::OperatoreIstruzione]).await;
        anna.get("/ufficio/pratiche").await.says(200, &[PATH]);
        anna.get(PATH).await.says(200, &["Modello iscrizione mensa", "2026/2027"]).hides(&["Dati riservati"]);
        let table = take(&anna, &[("modello", "iscrizione-mensa"), ("stato", "aperte")]).await;
        let words = ["\u{feff}pratica.numero;", ";figlio_cognome;", "\r\n2026/1;", ";Brambilla;", ";Luca;"];
        table.says(200, &words).hides(&["DE89", "iban", "dieta", "certificato.pdf"]);
        assert_eq!(table.header("content-type"), "text/csv; charset=utf-8");
        assert_eq!(table.header("content-disposition"), "attachment; filename=\"pratiche-iscrizione-mensa.csv\"");
        assert_eq!(table.header("cache-control"), "no-store");
        let closed = take(&anna, &[("modello", "iscrizione-mensa"), ("stato", "chiuse")]).await;
        closed.says(200, &["pratica.numero"]).hides(&["Brambilla"]);
    })
    .await;
}

#[tokio::test]
async fn what_is_wrong_comes_back_and_protected_answers_need_role_and_reason() {
    each(async |house| {
        file(&maria(house).await).await;
        let anna = anna(house, &[Ruolo::OperatoreIstruzione]).await;
        let wrong = take(&anna, &[("dal", "31/02/2026")]).await;
        wrong.says(422, &["Scegli il modello delle pratiche", "Scrivi una data che esiste", "31/02/2026"]);
        let sealed = [("modello", "iscrizione-mensa"), ("riservati", "si"), ("motivo", "controllo dei conti")];
        take(&anna, &sealed).await.says(403, &[]).hides(&["DE89"]);
        let lara = house.clerk(4, &[Ruolo::OperatoreDiete]).await;
        lara.get(PATH).await.says(200, &["Dati riservati"]);
        take(&lara, &sealed[..2]).await.says(422, &["iscrizione-mensa\" selected"]).hides(&["DE89"]);
        take(&lara, &sealed).await.says(200, &[";iban", "DE89370400440532013000"]).hides(&["dieta", "certificato.pdf"]);
    })
    .await;
}

#[tokio::test]
async fn the_queue_leaves_as_it_is_filtered_and_as_the_button_says() {
    each(async |house| {
        file(&maria(house).await).await;
        let anna = anna(house, &[Ruolo::OperatoreIstruzione]).await;
        let page = anna.get("/ufficio/pratiche?filtro=da-assegnare&q=brambilla").await;
        let list = "/ufficio/pratiche/elenco?filtro=da-assegnare";
        page.says(200, &["Scarica in CSV", "Scarica per Excel (XLSX)", list]);
        let form = Form { action: format!("{list}&q=brambilla"), ..Form::find(&page.body, "_csrf") };
        let table = anna.press(&form.clone().set("formato", "csv"), "").await;
        table.says(200, &["\u{feff}pratica.numero;", "\r\n2026/1;", ";Luca Brambilla;"]);
        assert_eq!(table.header("content-disposition"), "attachment; filename=\"pratiche.csv\"");
        assert_eq!(table.header("cache-control"), "no-store");
        let other = Form { action: format!("{list}&q=neri"), ..form.clone() };
        anna.press(&other.set("formato", "csv"), "").await.says(200, &["pratica.numero"]).hides(&["Brambilla"]);
        let book = anna.press(&form.set("formato", "xlsx"), "").await;
        assert_eq!(book.header("content-type"), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet");
        assert_eq!(book.header("content-disposition"), "attachment; filename=\"pratiche.xlsx\"");
        assert!(book.body.starts_with("PK"), "a workbook is an archive");
        assert_eq!(anna.get("/ufficio/pratiche/elenco").await.location(), "/prova/ufficio/pratiche");
        let ugo = house.clerk(8, &[Ruolo::Auditor]).await;
        ugo.get("/ufficio/pratiche").await.says(200, &["2026/1"]).hides(&["Scarica in CSV"]);
    })
    .await;
}

#[tokio::test]
async fn a_short_list_leaves_by_its_button_for_those_who_may() {
    each(async |house| {
        let maria = maria(house).await;
        let own = file(&maria).await;
        let page = maria.get(&format!("{own}/messaggi")).await;
        maria.press(&Form::find(&page.body, "testo").set("testo", "Buongiorno"), "").await.location();
        let (path, list) = ("/ufficio/messaggi", "/ufficio/messaggi/elenco");
        let anna = anna(house, &[Ruolo::OperatoreIstruzione]).await;
        let page = anna.get(path).await;
        page.says(200, &["Scarica in CSV", "Scarica per Excel (XLSX)", list]);
        let form = Form { action: list.into(), ..Form::find(&page.body, "_csrf") };
        let table = anna.press(&form.set("formato", "csv"), "").await;
        table.says(200, &["\u{feff}pratica.numero;", "\r\n2026/1;Luca Brambilla;"]).hides(&["Buongiorno"]);
        assert_eq!(table.header("content-disposition"), "attachment; filename=\"messaggi-da-leggere.csv\"");
        assert_eq!(table.header("cache-control"), "no-store");
        anna.get(path).await.says(200, &[list]);
        assert_eq!(anna.get(list).await.location(), "/prova/ufficio/messaggi");
        let ugo = house.clerk(6, &[Ruolo::Auditor]).await;
        ugo.get(path).await.says(200, &["Messaggi da leggere"]).hides(&["Scarica in CSV", list]);
    })
    .await;
}

#[tokio::test]
async fn whoever_reads_a_list_of_what_the_ente_does_takes_it_out_too() {
    each(async |house| {
        let own = file(&maria(house).await).await;
        invoiced(house, own.rsplit('/').next().unwrap()).await;
        let ugo = house.clerk(6, &[Ruolo::Auditor]).await;
        for (path, name, words) in [
            ("/ufficio/rette", "rette", "ciclo.mese;ciclo.stato;ciclo.emesse;esportazione"),
            ("/ufficio/modelli", "modelli", "\r\niscrizione-mensa;Modello iscrizione mensa"),
            ("/ufficio/modelli/iscrizione-mensa", "versioni-iscrizione-mensa", "\r\naperto;1;2026/2027;"),
        ] {
            let list = format!("{path}/elenco");
            let page = ugo.get(path).await;
            page.says(200, &["Scarica in CSV", "Scarica per Excel (XLSX)", &list]);
            let form = Form { action: list.clone(), ..Form::find(&page.body, "_csrf") };
            let table = ugo.press(&form.set("formato", "csv"), "").await;
            table.says(200, &[words]);
            let saved = format!("attachment; filename=\"{name}.csv\"");
            assert_eq!(table.header("content-disposition"), saved);
            assert_eq!(ugo.get(&list).await.location(), format!("/prova{path}"));
        }
        // Nothing was reckoned that is odd, nothing waits for a number: no button where there is no row.
        for path in ["/ufficio/protocollo/emergenza", "/ufficio/protocollo/giornalieri", "/ufficio/controlli"] {
            ugo.get(path).await.says(200, &[]).hides(&["Scarica in CSV"]);
        }
    })
    .await;
}
