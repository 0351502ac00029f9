//! A small ente with people, a published modello and ready answers.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use sportello_domain::{
    anno_scolastico::AnnoScolastico,
    ente::{Ente, EnteSettings, Link, Office, Theme},
    id::{AlunnoId, BozzaId, EnteId, JobId, PersonaId, PraticaId, RequestId, RowId},
    identita::{Identita, IdentityLevel, IdentityScheme},
    pratica::PraticaStatus,
};
use sportello_store::{
    Json, Read, Result, Store, Tx,
    alunno::{self, AlunnoRow},
    audit::AuditRow,
    bozza::{self, Answers, NewBozza},
    bozza_purge, ente,
    evento::{ActorKind, EventoRow},
    idempotenza::{Answer, NewAnswer},
    invio::{self, Invio, NewPratica, Registrazione, Submitted},
    job::NewJob,
    modello::{self, NewPublication},
    notifica::{Channel, NotificaRow, NotificaState},
    persona, scuola,
    seal::Sealed,
    testing::{TestDatabase, id, now},
};

pub const ANNO: AnnoScolastico = AnnoScolastico::beginning_in(2026);
pub const MENSA: &str = "iscrizione-mensa";
pub const CHILD: &str = "FRRSFO18A41B442K";
pub const PARENT: &str = "FRRLRA85C52B442I";
pub const OTHER_PARENT: &str = "RSSMRA85C12B442I";

/// An ente with two people and one modello.
#[derive(Clone)]
pub struct World {
    pub store: Store,
    pub ente: EnteId,
    /// Laura Ferrari.
    pub persona: PersonaId,
    /// Mario Rossi.
    pub other: PersonaId,
}

impl World {
    pub async fn new(database: &TestDatabase) -> Self {
        Self::at(database, "prova").await
    }

    /// The same at an ente of this slug.
    pub async fn at(database: &TestDatabase, slug: &str) -> Self {
        let store = database.store.clone();
        let ente = new_ente(&store, slug).await;
        let world = Self {
            store,
            ente,
            persona: PersonaId::new(id()),
            other: PersonaId::new(id()),
        };
        let (persona, other) = (world.persona, world.other);
        let people = async move |tx: &mut Tx| {
            persona::sign_in(tx, ente, persona, &identita(PARENT, "Laura", "Ferrari"), now()).await?;
            persona::sign_in(tx, ente, other, &identita(OTHER_PARENT, "Mario", "Rossi"), now()).await?;
            modello::publish(tx, ente, &publication("{}")).await.map(drop)
        };
        world.write(people).await.unwrap();
        world
    }

    /// The same people at another ente of the same database.
    pub async fn neighbour(&self) -> EnteId {
        new_ente(&self.store, "vicino").await
    }

    pub async fn write<T, F>(&self, body: F) -> Result<T>
    where
        F: AsyncFnOnce(&mut Tx) -> Result<T> + Send + 'static,
        T: Send + 'static,
    {
        self.store.write(self.ente, body).await
    }

    pub async fn read<T, F>(&self, body: F) -> T
    where
        F: AsyncFnOnce(&mut Read) -> Result<T> + Send + 'static,
        T: Send + 'static,
    {
        self.store.read(self.ente, body).await.unwrap()
    }

    /// Laura's draft.
    pub async fn draft(&self) -> BozzaId {
        let (ente, new) = (self.ente, draft_of(self.persona));
        let key = new.id;
        self.write(async move |tx| bozza::create(tx, ente, &new).await)
            .await
            .unwrap();
        key
    }

    /// Throws away Laura's open draft, if there is one.
    pub async fn discard_open(&self) {
        let (ente, laura) = (self.ente, self.persona);
        let discard = async move |tx: &mut Tx| match bozza::open_of(tx, ente, laura, MENSA).await? {
            Some(open) => bozza_purge::discard(tx, ente, laura, open).await.map(drop),
            None => Ok(()),
        };
        self.write(discard).await.unwrap();
    }

    /// One more person, with a draft.
    pub async fn newcomer(&self, number: i64) -> (PersonaId, BozzaId) {
        let (ente, persona) = (self.ente, PersonaId::new(id()));
        let new = draft_of(persona);
        let key = new.id;
        let begin = async move |tx: &mut Tx| {
            let says = identita(&format!("NUOVO{number}"), "Ada", "Neri");
            persona::sign_in(tx, ente, persona, &says, now()).await?;
            bozza::create(tx, ente, &new).await
        };
        self.write(begin).await.unwrap();
        (persona, key)
    }

    /// A school with a class, and Laura's child.
    pub async fn school(&self) -> AlunnoId {
        let (ente, key) = (self.ente, AlunnoId::new(id()));
        let school = async move |tx: &mut Tx| {
            scuola::put_plesso(tx, ente, &plesso("primaria", 1)).await?;
            scuola::put_classe(tx, ente, &classe("primaria", "3a")).await?;
            alunno::put(tx, ente, &child(key)).await.map(|child| child.id)
        };
        self.write(school).await.unwrap()
    }

    /// Files a draft of Laura's with these children; gives their pratiche and numbers.
    pub async fn filed(&self, children: &[&str]) -> (Invio, Vec<i64>) {
        let invio = self.invio(self.draft().await, children);
        match self.submit(&invio).await.unwrap() {
            Submitted::Filed { numeri, .. } => (invio, numeri),
            Submitted::Changed => panic!("a fresh draft is open at revision 1"),
        }
    }

    pub async fn submit(&self, invio: &Invio) -> Result<Submitted> {
        let (ente, invio) = (self.ente, invio.clone());
        self.write(async move |tx| invio::submit(tx, ente, &invio).await).await
    }

    /// What INVIA of a draft of Laura's writes, one pratica for each child's codice fiscale.
    pub fn invio(&self, bozza: BozzaId, children: &[&str]) -> Invio {
        let pratiche: Vec<NewPratica> = children.iter().map(|codice| new_pratica(codice)).collect();
        let steps = pratiche
            .iter()
            .map(|pratica| self.step(pratica.id, "protocollata"))
            .collect();
        Invio {
            bozza_id: bozza,
            persona_id: self.persona,
            revision: 1,
            modello: MENSA.to_owned(),
            modello_version: 1,
            hash: "hash-{}".to_owned(),
            anno_scolastico: ANNO,
            anno: 2026,
            received_at: now(),
            due_on: day(2026, 10, 1),
            status: PraticaStatus::Registered,
            first_numero: 1,
            registrazione: Some(registrazione()),
            notifiche: vec![self.notifica(bozza)],
            jobs: vec![new_job("receipt")],
            audit: vec![self.deed("pratica.submit")],
            answer: self.answer("chiave-1", 1),
            allegati: Vec::new(),
            pratiche,
            steps,
        }
    }

    pub fn step(&self, pratica: PraticaId, kind: &str) -> EventoRow {
        EventoRow {
            id: id(),
            pratica_id: pratica,
            kind: kind.to_owned(),
            at: now(),
            actor_kind: ActorKind::Cittadino,
            actor: Some(self.persona),
            note: None,
        }
    }

    pub fn notifica(&self, bozza: BozzaId) -> NotificaRow {
        NotificaRow {
            id: id(),
            persona_id: self.persona,
            bozza_id: Some(bozza),
            pratica_id: None,
            channel: Channel::Email,
            message_id: id().to_string(),
            kind: "ricevuta".to_owned(),
            state: NotificaState::Queued,
            queued_at: now(),
            sent_at: None,
        }
    }

    pub fn deed(&self, action: &str) -> AuditRow {
        AuditRow {
            id: id(),
            at: now(),
            actor: Some(self.persona),
            capacity: "cittadino".to_owned(),
            action: action.to_owned(),
            object_kind: "pratica".to_owned(),
            object_id: None,
            request_id: Some(RequestId::new(id())),
            detail: Json(serde_json::json!({})),
        }
    }

    /// An answer under a key; `body` stands for the request.
    pub fn answer(&self, key: &str, body: u8) -> NewAnswer {
        let answer = Answer {
            body_hash: vec![body; 32],
            status: 303,
            answer: Json(serde_json::json!({"a": 1})),
        };
        NewAnswer {
            actor: self.persona,
            key: format!("{key}-{}", id()),
            answer,
            created_at: now(),
        }
    }
}

pub async fn new_ente(store: &Store, slug: &str) -> EnteId {
    let new = Ente {
        id: EnteId::new(id()),
        slug: slug.to_owned(),
        host: None,
        settings: settings(),
    };
    let key = new.id;
    store
        .write(EnteId::PLATFORM, async move |tx| ente::add(tx, &new, now()).await)
        .await
        .unwrap();
    key
}

pub fn settings() -> EnteSettings {
    let link = Link {
        text: "Regione".to_owned(),
        url: "https://regione.example".to_owned(),
    };
    let office = Office {
        name: "Servizio Istruzione".to_owned(),
        responsabile: "Anna Bianchi".to_owned(),
        phone: "000 1".to_owned(),
        email: "scuola@prova.example".to_owned(),
        hours: "lun-ven".to_owned(),
    };
    let theme = Theme {
        primary: "#0066cc".to_owned(),
        dark: "#003366".to_owned(),
        tint: "#eef4fb".to_owned(),
    };
    let document = serde_json::json!({
        "name": "Comune di Prova", "demo": true, "site_url": "https://prova.example", "region": link,
        "codice_fiscale": "00000000000", "ipa_code": "c_p000", "aoo_code": "AOO1", "address": ["Piazza 1"],
        "locality": "Prova", "pec": "pec@prova.example", "phone": "000 0", "office": office,
        "accessibility_url": "https://form.example", "theme": theme,
    });
    serde_json::from_value(document).unwrap()
}

pub fn identita(codice_fiscale: &str, nome: &str, cognome: &str) -> Identita {
    Identita {
        scheme: IdentityScheme::Spid,
        provider: "https://idp.example".to_owned(),
        level: IdentityLevel::L2,
        codice_fiscale: codice_fiscale.to_owned(),
        nome: nome.to_owned(),
        cognome: cognome.to_owned(),
        nascita: Some(day(1985, 3, 12)),
        luogo_nascita: Some("B442".to_owned()),
        email: Some("casa@prova.example".to_owned()),
        cellulare: None,
    }
}

pub fn publication(document: &str) -> NewPublication {
    NewPublication {
        code: MENSA.to_owned(),
        hash: format!("hash-{document}"),
        document: document.to_owned(),
        anno_scolastico: ANNO,
        opens_at: now() - TimeDelta::days(1),
        closes_at: now() + TimeDelta::days(30),
        published_at: now(),
    }
}

pub fn answers(text: &str) -> Answers {
    Answers {
        clear: Json(serde_json::json!({ "testo": text })),
        sealed: Some(Sealed::from_bytes(vec![1, 2, 3])),
        modello_version: 1,
        hash: "hash-{}".to_owned(),
    }
}

pub fn draft_of(persona: PersonaId) -> NewBozza {
    NewBozza {
        id: BozzaId::new(id()),
        persona_id: persona,
        modello: MENSA.to_owned(),
        answers: answers("uno"),
        created_at: now(),
        expires_at: now() + TimeDelta::days(60),
    }
}

pub fn new_pratica(codice_fiscale: &str) -> NewPratica {
    NewPratica {
        id: PraticaId::new(id()),
        row_id: Some(RowId::new(id())),
        alunno: format!("Figlio {codice_fiscale}"),
        search_key: format!("figlio {} laura ferrari", codice_fiscale.to_lowercase()),
        alunno_codice_fiscale: Some(codice_fiscale.to_owned()),
        servizio: Some("mensa".to_owned()),
        contested: false,
        answers: Json(serde_json::json!({ "figlio_cf": codice_fiscale })),
        sealed_answers: None,
    }
}

pub fn registrazione() -> Registrazione {
    Registrazione {
        aoo: "AOO1".to_owned(),
        first_numero: 4_001,
        sender: "Laura Ferrari".to_owned(),
        subject: "Iscrizione mensa".to_owned(),
        sha256: "00".repeat(32),
    }
}

pub fn new_job(kind: &str) -> NewJob {
    NewJob {
        id: JobId::new(id()),
        kind: kind.to_owned(),
        payload: Json(serde_json::json!({ "v": 1 })),
        run_at: now(),
        max_attempts: 3,
        created_at: now(),
    }
}

pub fn plesso(codice: &str, sort: i64) -> scuola::PlessoRow {
    let name = format!("Scuola {codice}");
    scuola::PlessoRow {
        codice: codice.to_owned(),
        name,
        grado: "primaria".to_owned(),
        service_open: true,
        sort,
    }
}

pub fn classe(plesso: &str, codice: &str) -> scuola::ClasseRow {
    scuola::ClasseRow {
        plesso: plesso.to_owned(),
        codice: codice.to_owned(),
        name: codice.to_uppercase(),
        sort: 1,
    }
}

pub fn child(key: AlunnoId) -> AlunnoRow {
    AlunnoRow {
        id: key,
        codice_fiscale: Some(CHILD.to_owned()),
        cognome: "Ferrari".to_owned(),
        nome: "Sofia".to_owned(),
        nascita: Some(day(2018, 1, 1)),
    }
}

pub fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap()
}

pub fn later(minutes: i64) -> DateTime<Utc> {
    now() + TimeDelta::minutes(minutes)
}
