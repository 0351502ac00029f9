//! Documents with invented people, for tests, for looking at pages and for measurements. Never for anybody real.

use crate::avviso::{Avviso, Creditore, Debitore};
use crate::fattura::{Fattura, Kind, Payment};
use crate::pratica::{Pratica, RigaDocumento};
use crate::provvedimento::{Part, Provvedimento};
use crate::ricevuta::{Intestazione, Line, Registrazione, Ricevuta, RigaAllegato, RigaPratica, Section, Ufficio};
use chrono::{NaiveDate, TimeZone, Utc};
use sportello_domain::avviso::NumeroAvviso;
use sportello_domain::euro::Euro;
use sportello_domain::fatturazione::Riga;

/// Our own drawing of a crest.
const CREST: &str = r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 58"><path d="M3 3h42v27c0 13-9 21-21 25C12 51 3 43 3 30z" fill="#fff" stroke="#073a5c" stroke-width="2"/><path d="M5 31c6-7 11-7 19 0s13 7 19 0c0 11-8 18-19 22C13 49 5 42 5 31z" fill="#0b7a54"/><path d="M19 27V14h2v3h2v-3h2v3h2v-3h2v13z" fill="#0a5687"/></svg>"##;

const NAMES: [&str; 8] = [
    "Sofia Ferrari",
    "Tommaso Ferrari",
    "Živa Kočiš",
    "Ştefan Yağmur Țăranu",
    "Maria Vittoria Elisabetta Francesca della Torre di Santo Stefano Belbo",
    "Łukasz Wiśniewski-Brzęczyszczykiewicz",
    "Nicolò D’Angelò",
    "Ærø Gërdec",
];

/// A copy of a pratica.
#[must_use]
pub fn pratica() -> Pratica {
    let receipt = ricevuta(1);
    Pratica {
        ente: receipt.ente,
        demo: true,
        number: "2026/184".to_owned(),
        subject: receipt.title,
        date: "9 luglio 2026".to_owned(),
        created: receipt.created,
        facts: vec![
            Line::words("Stato", "Respinta"),
            Line::words("Presentata da", "Giulia Bianchi"),
            Line::words("Alunno", NAMES[0]),
        ],
        sections: receipt.sections,
        steps: vec![
            Line::words("16 giugno 2026, ore 21.32", "Inviata"),
            Line::words("9 luglio 2026, ore 9.00", "Respinta"),
        ],
        parts: vec![
            Part::of("Che cosa ha chiesto l'ufficio", "Manca una pagina.\nMandala di nuovo."),
            Part::of("La tua risposta", "Eccola."),
        ],
        documents: vec![RigaDocumento {
            name: "ricevuta-2026-184.pdf".to_owned(),
            date: "16 giugno 2026".to_owned(),
            size: "84 KB".to_owned(),
        }],
        messages: vec![Part::of("Tu, 20 giugno 2026, ore 8.00", "Quando rispondete?")],
        office: receipt.office,
        notes: vec!["Questa è una copia per chi la chiede.".to_owned()],
        url: receipt.url,
    }
}

/// A rejection that answers what the applicant observed.
pub fn provvedimento() -> Provvedimento {
    let receipt = ricevuta(1);
    Provvedimento {
        ente: receipt.ente,
        demo: true,
        title: "Rigetto della domanda".to_owned(),
        subject: receipt.title,
        protocollo: Some(Registrazione { number: "4310/2026".to_owned(), date: "9 luglio 2026".to_owned() }),
        date: "9 luglio 2026".to_owned(),
        created: receipt.created,
        facts: vec![
            Line::words("Pratica", "2026/184"),
            Line::words("Presentata da", "Giulia Bianchi"),
            Line::words("Alunno", NAMES[0]),
            Line::words("Presentata il", "16 giugno 2026"),
        ],
        decision: "La domanda non è accolta.".to_owned(),
        sections: vec![
            Part::of("Motivazione", "Il nulla osta non riporta la firma.\n\nSenza firma non vale."),
            Part::of("Osservazioni ricevute", "La firma è sul secondo foglio."),
            Part::of("Risposta alle osservazioni", "Il secondo foglio è in bianco."),
        ],
        office: receipt.office,
        remedies: receipt.remedies,
        grounds: vec!["Articolo 10-bis della legge 241/1990.".to_owned()],
        url: receipt.url,
    }
}

/// A receipt for `children` children, eight at most.
pub fn ricevuta(children: usize) -> Ricevuta {
    let names = &NAMES[..children.min(NAMES.len())];
    Ricevuta {
        ente: ente(),
        demo: true,
        title: "Iscrizione mensa A.S. 2026/2027".to_owned(),
        protocollo: Some(Registrazione {
            number: "4127/2026".to_owned(),
            date: "16 giugno 2026".to_owned(),
        }),
        emergenza: None,
        presented_at: "16 giugno 2026, ore 21.32".to_owned(),
        created: Utc
            .with_ymd_and_hms(2026, 6, 16, 19, 32, 7)
            .single()
            .expect("a real instant"),
        pratiche: names
            .iter()
            .zip(184..)
            .map(|(name, number)| RigaPratica {
                number: format!("2026/{number}"),
                alunno: (*name).to_owned(),
            })
            .collect(),
        richiedente: vec![
            Line::words("Cognome e nome", "Bianchi Giulia"),
            Line::code("Codice fiscale", "BNCGLI85A41A794X"),
            Line::words("In qualità di", "Genitore"),
            Line::words("Residenza", "Via Roma 12, 24040 Calvenzano (BG)"),
            Line::words("E-mail", "giulia.bianchi@posta.example"),
            Line::empty("Telefono"),
        ],
        sections: sections(names),
        allegati: allegati(),
        answer_by: "16 luglio 2026".to_owned(),
        silence: "Se entro quel giorno l’ufficio non risponde, la richiesta non vale come accolta: puoi chiedere \
                  l’intervento del titolare del potere sostitutivo."
            .to_owned(),
        office: Ufficio {
            name: "Servizio Istruzione".to_owned(),
            responsabile: "Anna Colombo".to_owned(),
            phone: "0363 000 100".to_owned(),
            email: "istruzione@comune.calvenzano.example".to_owned(),
            hours: "lunedì, mercoledì e venerdì, ore 9-12".to_owned(),
        },
        remedies: vec![
            "Contro l’atto finale puoi ricorrere al TAR entro 60 giorni, o al Presidente della Repubblica entro 120."
                .to_owned(),
            "Se l’ufficio non risponde in tempo, puoi rivolgerti al Segretario comunale.".to_owned(),
        ],
        legal_notes: vec![
            "Questa ricevuta è rilasciata ai sensi dell’art. 18-bis della legge 241/1990. Vale anche come comunicazione \
             di avvio del procedimento (art. 8)."
                .to_owned(),
            "Le informazioni date valgono come dichiarazioni (artt. 46 e 47 del DPR 445/2000). Chi dichiara il falso \
             è punito (art. 76) e perde i benefici ottenuti (art. 75)."
                .to_owned(),
            "I dati protetti sono coperti da pallini. Il testo completo è nella pratica.".to_owned(),
        ],
        url: "https://servizi.comune.calvenzano.example/sezione-informativa/consultazione-pratiche/0197a2b4".to_owned(),
    }
}

/// A notice of 81,00 euro.
pub fn avviso() -> Avviso {
    let ente = ente();
    Avviso {
        ente: Creditore {
            name: ente.name,
            codice_fiscale: ente.codice_fiscale,
            sector: Some("Servizio Istruzione".to_owned()),
            info: Some("0363 000 100, istruzione@comune.calvenzano.example".to_owned()),
            cbill: Some("AAAAA".to_owned()),
            crest_svg: ente.crest_svg,
        },
        debitore: Debitore {
            name: "Giulia Bianchi".to_owned(),
            codice_fiscale: "BNCGLI85A41A794X".to_owned(),
            address: vec!["Via Roma 12".to_owned(), "24040 Calvenzano (BG)".to_owned()],
        },
        subject: "Mensa scolastica ottobre 2026 - retta 12/M/2026".to_owned(),
        amount: Euro::from_cents(8_100),
        due_on: NaiveDate::from_ymd_opt(2026, 12, 5).expect("a real day"),
        numero: numero(),
        site: "servizi.comune.calvenzano.example/pagopa".to_owned(),
        demo: true,
        created: Utc.with_ymd_and_hms(2026, 11, 5, 8, 0, 0).single().expect("a real instant"),
    }
}

fn numero() -> NumeroAvviso {
    NumeroAvviso::parse("302000000000000184").expect("its check digits are right")
}

/// An invoice of 81,00 euro, to be paid with a notice.
pub fn fattura() -> Fattura {
    Fattura {
        ente: ente(),
        partita_iva: "00000000000".to_owned(),
        demo: true,
        kind: Kind::Fattura,
        number: "12/M/2026".to_owned(),
        issued_on: "5 novembre 2026".to_owned(),
        created: Utc.with_ymd_and_hms(2026, 11, 5, 8, 0, 0).single().expect("a real instant"),
        regime: "Copia di cortesia, senza valore fiscale.".to_owned(),
        servizio: "Mensa scolastica".to_owned(),
        period: "ottobre 2026".to_owned(),
        people: vec![
            Line::words("Pagante", "Giulia Bianchi"),
            Line::code("Codice fiscale", "BNCGLI85A41A794X"),
            Line::words("Residenza", "Via Roma 12, 24040 Calvenzano (BG)"),
            Line::words("Alunna o alunno", NAMES[2]),
            Line::words("Scuola", "Primaria “Alessandro Manzoni”, via delle Scuole 3"),
            Line::words("Classe", "3 B"),
        ],
        righe: vec![Riga {
            text: "18 pasti, ottobre 2026".to_owned(),
            rule: "Fascia ISEE fino a 15.000,00 € per residenti, primaria: 4,50 € a pasto. Nessuna riduzione."
                .to_owned(),
            days: Vec::new(),
            quantity: 18,
            unit: Euro::from_cents(450),
            amount: Euro::from_cents(8_100),
        }],
        net: Euro::from_cents(7_788),
        vat: Euro::from_cents(312),
        rate: "4%".to_owned(),
        total: Euro::from_cents(8_100),
        payment: Payment::PagoPa { due_on: "5 dicembre 2026".to_owned(), numero: numero() },
        notes: vec!["I prezzi comprendono l’IVA. Le assenze comunicate in tempo non si pagano.".to_owned()],
    }
}

fn allegati() -> Vec<RigaAllegato> {
    vec![
        RigaAllegato {
            name: "certificato-medico-dieta-2026.pdf".to_owned(),
            size: "84 KB".to_owned(),
            sha256: "9f86d081884c7d65".to_owned(),
        },
        RigaAllegato {
            name: "una_scansione_con_un_nome_molto_lungo_che_non_finisce_mai_e_non_ha_spazi_2026_06_16.jpeg".to_owned(),
            size: "1,4 MB".to_owned(),
            sha256: "60303ae22b998861".to_owned(),
        },
    ]
}

fn ente() -> Intestazione {
    Intestazione {
        name: "Comune di Calvenzano".to_owned(),
        address: vec!["Piazza Vittorio Emanuele II 6".to_owned(), "24040 Calvenzano (BG)".to_owned()],
        pec: "protocollo@pec.comune.calvenzano.example".to_owned(),
        codice_fiscale: "00000000000".to_owned(),
        crest_svg: Some(CREST.to_owned()),
        primary: "#0a5687".to_owned(),
        tint: "#eef5fa".to_owned(),
    }
}

fn sections(names: &[&str]) -> Vec<Section> {
    let consent = Section {
        title: "Comunicazioni".to_owned(),
        lines: vec![Line::words("Accetto di ricevere le comunicazioni solo in forma digitale", "Sì")],
    };
    let payment = Section {
        title: "Modalità di pagamento".to_owned(),
        lines: vec![
            Line::words("Come vuoi pagare", "Addebito SDD"),
            Line::code("IBAN", "IT•• •••• •••• •••• •••• •••• 456"),
        ],
    };
    let child = |name: &&str| Section {
        title: format!("Figlio: {name}"),
        lines: vec![
            Line::words("Cognome e nome", *name),
            Line::code("Codice fiscale", "FRRSFO18C52A794Y"),
            Line::words("Data di nascita", "12 marzo 2018"),
            Line::words("Scuola", "Primaria “Alessandro Manzoni”, via delle Scuole 3"),
            Line::words("Classe", "3 B, tempo pieno"),
            Line::words("Giorni", "lunedì, martedì, mercoledì, giovedì, venerdì"),
            Line::words("Dieta", "•••••• (dato protetto)"),
            Line::empty("Note per la cucina"),
        ],
    };
    std::iter::once(consent).chain(names.iter().map(child)).chain([payment]).collect()
}
