//! An ente that does not exist, so that tests of every package fill in its settings in one place.

use sportello_domain::{
    accesso::Accesso,
    avviso::Segregazione,
    ente::{EnteSettings, Link, Office, Theme},
    protocollo::Registro,
    riscossione::{DuplicateReceiptAnswer, Riscossione, Stazione},
    sdd::CreditorId,
};

/// The settings of an invented ente that invoices and collects.
pub fn settings(slug: &str) -> EnteSettings {
    EnteSettings {
        name: format!("Comune di {slug} (dimostrazione)"),
        demo: true,
        site_url: format!("https://comune.{slug}.example/"),
        region: Link { text: "Regione Lombardia".into(), url: "https://regione.example/".into() },
        codice_fiscale: "80012340164".into(),
        ipa_code: format!("c_{slug}"),
        aoo_code: "AOO".into(),
        address: vec!["Piazza del Municipio 1".into(), "24040 Prova (BG)".into()],
        locality: "Prova".into(),
        pec: format!("protocollo@pec.{slug}.example"),
        phone: "0363 000 100".into(),
        office: Office {
            name: "Servizio Istruzione".into(),
            responsabile: "Elena Rota".into(),
            phone: "0363 000 123".into(),
            email: format!("istruzione@comune.{slug}.example"),
            hours: "dal lunedì al venerdì, dalle 9 alle 12.30".into(),
        },
        accessibility_url: format!("https://form.agid.example/view/{slug}"),
        theme: Theme { primary: "#0a5687".into(), dark: "#073a5c".into(), tint: "#eef5fa".into() },
        accesso: Accesso::default(),
        protocollo: Registro::default(),
        patrono: None,
        riscossione: Some(riscossione()),
    }
}

/// All enti of tests have one station: each test has an installation of its own.
fn riscossione() -> Riscossione {
    let segregazione = Segregazione::parse("02").expect("two digits from 00 to 45");
    Riscossione {
        partita_iva: "80012340164".into(),
        aliquota_bp: 400,
        serie: "M".into(),
        creditor_id: CreditorId::of_codice_fiscale("80012340164").expect("a codice fiscale of 11 digits"),
        iban: "IT48Z9999999999000000001000".into(),
        intestatario: "Comune di prova".into(),
        cbill: "PROV1".into(),
        stazione: Stazione {
            intermediario_cf: "80012340164".into(),
            stazione_id: "80012340164_01".into(),
            segregazione,
        },
        tassonomia: "9/0107101TS/".into(),
        giorni_scadenza: 30,
        preavviso_sdd_giorni: 14,
        duplicate_receipt_answer: DuplicateReceiptAnswer::Ko,
    }
}
