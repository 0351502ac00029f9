//! A child with an invoice, its debt and an attempt to pay it: rows that belong to one citizen.

use chrono::NaiveDate;
use sportello_domain::{
    anno_scolastico::AnnoScolastico,
    avviso::{NumeroAvviso, Segregazione},
    fatturazione::{Modalita, Periodo, Riga},
    id::{
        AlunnoId, CicloId, DocumentoContabileId, EnteId, IncassoId, IscrizioneId, PagamentoSpontaneoId, PersonaId,
        PosizioneId, PraticaId, TentativoId,
    },
    posizione::{Anomalia, PosizioneStatus},
};
use sportello_store::{
    Json, Tx,
    alunno::{self, AlunnoRow},
    binds, ciclo,
    documento_contabile::{self, DocumentoContabileRow, Kind},
    incasso::{self, IncassoRow, Mezzo},
    iscrizione::{self, IscrizioneRow, IscrizioneStatus},
    posizione::{self, PosizioneRow},
    pratica,
    ricevuta::{self, RicevutaRow},
    seal::Sealed,
    spontaneo::{self, MatchState},
    tentativo::{self, NewTentativo},
    testing,
};

use super::House;

/// What one citizen has to pay.
pub struct Denaro {
    pub alunno: AlunnoId,
    pub documento: DocumentoContabileId,
    pub posizione: PosizioneId,
    pub tentativo: TentativoId,
    pub ciclo: CicloId,
}

/// Enrols a child by a pratica that was filed, and invoices a month.
pub async fn invoiced(house: &House, filed: &str) -> Denaro {
    let ente = house.0.prova.id;
    let pratica: PraticaId = filed.parse().unwrap();
    let made = house.0.portal.store().write(ente, async move |tx| {
        let persona = pratica::by_id(tx, ente, pratica).await?.expect("the pratica was filed").persona_id;
        let (iscrizione, alunno) = enrol(tx, ente, persona, pratica).await?;
        let ciclo = CicloId::new(testing::id());
        ciclo::open(tx, ente, ciclo, "mensa", Periodo::of(day(9)), testing::now()).await?;
        let documento = invoice(tx, ente, persona, alunno, iscrizione, ciclo).await?;
        let posizione = debt(tx, ente, persona, alunno, documento).await?;
        receipt(tx, ente, posizione).await?;
        let tentativo = TentativoId::new(testing::id());
        let new = NewTentativo {
            id: tentativo,
            id_cart: "carrello".into(),
            chiave: "chiave".into(),
            persona_id: Some(persona),
            posizioni: vec![(posizione, 8_100)],
            created_at: testing::now(),
        };
        tentativo::begin(tx, ente, &new).await?;
        Ok(Denaro { alunno, documento, posizione, tentativo, ciclo })
    });
    made.await.unwrap()
}

fn day(month: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, month, 1).unwrap()
}

async fn enrol(
    tx: &mut Tx,
    ente: EnteId,
    persona: PersonaId,
    pratica: PraticaId,
) -> sportello_store::Result<(IscrizioneId, AlunnoId)> {
    let child = AlunnoRow {
        id: AlunnoId::new(testing::id()),
        codice_fiscale: Some("BRMLCU18R10L400G".into()),
        cognome: "Brambilla".into(),
        nome: "Luca".into(),
        nascita: None,
    };
    let alunno = alunno::put(tx, ente, &child).await?.id;
    let row = IscrizioneRow {
        id: IscrizioneId::new(testing::id()),
        servizio: "mensa".into(),
        anno_scolastico: AnnoScolastico::beginning_in(2026),
        alunno_id: alunno,
        persona_id: persona,
        plesso: "primaria-demo".into(),
        classe: "primaria-3a".into(),
        giorni: Json(vec!["lun".into()]),
        dal: day(9),
        al: day(12),
        status: IscrizioneStatus::Active,
        modalita_pagamento: "PAGOPA".into(),
        sealed_payment: None,
        sealed_dieta: None,
        pratica_id: pratica,
        created_at: testing::now(),
    };
    iscrizione::create(tx, ente, &row).await?;
    Ok((row.id, alunno))
}

async fn invoice(
    tx: &mut Tx,
    ente: EnteId,
    persona_id: PersonaId,
    alunno_id: AlunnoId,
    iscrizione_id: IscrizioneId,
    ciclo_id: CicloId,
) -> sportello_store::Result<DocumentoContabileId> {
    let row = DocumentoContabileRow {
        id: DocumentoContabileId::new(testing::id()),
        kind: Kind::Invoice,
        serie: "M".into(),
        anno: 2026,
        numero: 12,
        emesso_il: day(9),
        scadenza: day(10),
        ciclo_id,
        periodo: Periodo::of(day(9)),
        alunno_id,
        persona_id,
        iscrizione_id,
        net_cents: 7_788,
        vat_cents: 312,
        total_cents: 8_100,
        aliquota_bp: 400,
        righe: Json(Vec::<Riga>::new()),
        credits_id: None,
        modalita: Modalita::PagoPa,
        created_at: testing::now(),
    };
    documento_contabile::add(tx, ente, &row).await?;
    Ok(row.id)
}

async fn debt(
    tx: &mut Tx,
    ente: EnteId,
    persona: PersonaId,
    alunno: AlunnoId,
    documento: DocumentoContabileId,
) -> sportello_store::Result<PosizioneId> {
    let row = PosizioneRow {
        id: PosizioneId::new(testing::id()),
        documento_id: Some(documento),
        persona_id: Some(persona),
        alunno_id: Some(alunno),
        causale: "Mensa scolastica settembre 2026 - retta 12/M/2026".into(),
        amount_cents: 8_100,
        settled_cents: 0,
        scadenza: day(10),
        modalita: Modalita::PagoPa,
        status: PosizioneStatus::Open,
        codice_avviso: Some(NumeroAvviso::issue(Segregazione::parse("02").unwrap(), 99).unwrap().into()),
        tassonomia: "9/0107101TS/".into(),
        version: 1,
        created_at: testing::now(),
        updated_at: testing::now(),
    };
    posizione::add(tx, ente, &row).await?;
    Ok(row.id)
}

/// What waits for the accounts office.
pub struct Waits {
    pub pagamento: PagamentoSpontaneoId,
    pub ricevuta: &'static str,
}

/// Pays the spontaneous payment that was begun, so that nobody knows what for; its receipt does not fit.
pub async fn unmatched(house: &House) -> Waits {
    let ente = house.0.prova.id;
    let made = house.0.portal.store().write(ente, async move |tx| {
        let begun = "SELECT id, posizione_id FROM pagamento_spontaneo WHERE ente_id = $1";
        let (pagamento, posizione): (PagamentoSpontaneoId, PosizioneId) = tx.fetch_one(begun, binds![ente]).await?;
        let row = RicevutaRow {
            receipt_id: "ricevuta-2".into(),
            codice_avviso: "302000000000000285".into(),
            posizione_id: Some(posizione),
            amount_cents: 8_100,
            paid_at: testing::now(),
            psp_name: "Banca di prova".into(),
            stand_in: false,
            anomalia: Some(Anomalia::Twice),
            received_at: testing::now(),
        };
        ricevuta::add(tx, ente, &row, &Sealed::from_bytes(vec![0])).await?;
        let line = IncassoRow {
            id: IncassoId::new(testing::id()),
            posizione_id: Some(posizione),
            mezzo: Mezzo::PagoPa,
            amount_cents: row.amount_cents,
            value_date: day(9),
            receipt_id: Some(row.receipt_id),
            end_to_end_id: None,
            created_at: testing::now(),
        };
        incasso::add(tx, ente, &line).await?;
        spontaneo::advance(tx, ente, pagamento, MatchState::Unpaid, MatchState::Unmatched).await?;
        Ok(Waits { pagamento, ricevuta: "ricevuta-2" })
    });
    made.await.unwrap()
}

async fn receipt(tx: &mut Tx, ente: EnteId, posizione: PosizioneId) -> sportello_store::Result<()> {
    let row = RicevutaRow {
        receipt_id: "ricevuta-1".into(),
        codice_avviso: "302000000000000184".into(),
        posizione_id: Some(posizione),
        amount_cents: 8_100,
        paid_at: testing::now(),
        psp_name: "Banca di prova".into(),
        stand_in: false,
        anomalia: None,
        received_at: testing::now(),
    };
    ricevuta::add(tx, ente, &row, &Sealed::from_bytes(vec![0])).await
}
