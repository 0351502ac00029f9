//! Tariffs, attendance, runs, invoices and debts.

use crate::fixture::{ANNO, CHILD, World, day, later};
use chrono::NaiveDate;
use sportello_domain::{
    euro::Euro,
    fatturazione::{Modalita, Periodo, Riga},
    id::{AlunnoId, CicloId, DocumentoContabileId, EnteId, IscrizioneId, PersonaId, PosizioneId},
    posizione::PosizioneStatus,
    presenza::PresenzaState,
    tariffa::{Fascia, Listino, Piano},
};
use sportello_store::{
    Error, Json, Result, Tx, binds,
    ciclo::{self, CicloRow, CicloStatus},
    contatore,
    documento_contabile::{self as documento, DocumentoContabileRow, FileRow, Kind},
    elenco_documento::{self, ElencoQuery},
    iscrizione::{self, IscrizioneRow, IscrizioneStatus},
    posizione::{self, PosizioneRow, Reduced},
    presenza::{self, PresenzaLine, Switch},
    riconciliazione::{self, Esito, NewDecision, Subject},
    seal::Sealed,
    tariffa::{self, AssegnazioneRow, Base, PianoRow},
    testing::{each, id, now},
};
use uuid::Uuid;

const NOBODY: PersonaId = PersonaId::new(Uuid::nil());
const EVERYBODY: PersonaId = PersonaId::new(Uuid::max());

/// A child whose meals Laura pays.
#[derive(Clone)]
struct Family {
    world: World,
    ente: EnteId,
    alunno: AlunnoId,
    iscrizione: IscrizioneId,
    ciclo: CicloRow,
}

impl Family {
    async fn new(world: World) -> Self {
        let (ente, alunno) = (world.ente, world.school().await);
        let (invio, _) = world.filed(&["A"]).await;
        let row = IscrizioneRow {
            id: IscrizioneId::new(id()),
            servizio: "mensa".to_owned(),
            anno_scolastico: ANNO,
            alunno_id: alunno,
            persona_id: world.persona,
            plesso: "primaria".to_owned(),
            classe: "3a".to_owned(),
            giorni: Json(vec!["lun".to_owned()]),
            dal: day(2026, 9, 1),
            al: day(2027, 8, 31),
            status: IscrizioneStatus::Active,
            modalita_pagamento: "PAGOPA".to_owned(),
            sealed_payment: None,
            sealed_dieta: None,
            pratica_id: invio.pratiche[0].id,
            created_at: now(),
        };
        let iscrizione = row.id;
        let made = world.write(async move |tx| {
            iscrizione::create(tx, ente, &row).await?;
            ciclo::open(tx, ente, CicloId::new(id()), "mensa", october(), now()).await
        });
        let ciclo = made.await.unwrap();
        Self { world, ente, alunno, iscrizione, ciclo }
    }

    fn line(&self, line: i64, data: NaiveDate, stato: PresenzaState) -> PresenzaLine {
        PresenzaLine { line, id: id(), alunno_id: self.alunno, data, stato, reported_at: None }
    }

    /// Stages and switches lines in; says how many rows are new.
    async fn import(&self, lines: Vec<PresenzaLine>) -> u64 {
        let (ente, switch) = (self.ente, switch(self.world.persona));
        let done = self.world.write(async move |tx| {
            presenza::stage(tx, ente, switch.importazione, "mensa", &lines, now()).await?;
            presenza::apply(tx, ente, &switch).await
        });
        done.await.unwrap()
    }

    /// Days to charge up to the end of October.
    async fn uncharged(&self) -> Vec<(NaiveDate, PresenzaState)> {
        let ente = self.ente;
        let read = self.world.read(async move |read| {
            presenza::uncharged(read, ente, "mensa", NOBODY, EVERYBODY, october().last_day()).await
        });
        read.await.into_iter().map(|row| (row.data, row.stato)).collect()
    }

    fn invoice(&self, numero: i64) -> DocumentoContabileRow {
        let riga = Riga {
            text: "Pasti di ottobre 2026".to_owned(),
            rule: "tariffa unica".to_owned(),
            days: vec![day(2026, 10, 1)],
            quantity: 1,
            unit: Euro::from_cents(450),
            amount: Euro::from_cents(450),
        };
        DocumentoContabileRow {
            id: DocumentoContabileId::new(id()),
            kind: Kind::Invoice,
            serie: "M".to_owned(),
            anno: 2026,
            numero,
            emesso_il: day(2026, 11, 2),
            scadenza: day(2026, 12, 2),
            ciclo_id: self.ciclo.id,
            periodo: october(),
            alunno_id: self.alunno,
            persona_id: self.world.persona,
            iscrizione_id: self.iscrizione,
            net_cents: 433,
            vat_cents: 17,
            total_cents: 450,
            aliquota_bp: 400,
            righe: Json(vec![riga]),
            credits_id: None,
            modalita: Modalita::PagoPa,
            created_at: now(),
        }
    }

    fn debt(&self, documento: Option<DocumentoContabileId>, avviso: Option<&str>) -> PosizioneRow {
        PosizioneRow {
            id: PosizioneId::new(id()),
            documento_id: documento,
            persona_id: Some(self.world.persona),
            alunno_id: Some(self.alunno),
            causale: "Mensa scolastica ottobre 2026 - retta 1/M/2026".to_owned(),
            amount_cents: 450,
            settled_cents: 0,
            scadenza: day(2026, 12, 2),
            modalita: Modalita::PagoPa,
            status: PosizioneStatus::Open,
            codice_avviso: avviso.map(str::to_owned),
            tassonomia: "9/0107101TS/".to_owned(),
            version: 1,
            created_at: now(),
            updated_at: now(),
        }
    }

    async fn add(&self, row: DocumentoContabileRow) -> Result<()> {
        let ente = self.ente;
        self.world.write(async move |tx| documento::add(tx, ente, &row).await).await
    }
}

fn october() -> Periodo {
    Periodo::from_stored("2026-10").unwrap()
}

fn switch(by: PersonaId) -> Switch {
    Switch { importazione: id(), source: "file", by: Some(by), at: later(1) }
}

#[tokio::test]
async fn plans_and_assignments_are_kept() {
    each(async |database| {
        let family = Family::new(World::new(database).await).await;
        let (ente, iscrizione) = (family.ente, family.iscrizione);
        let fascia = Fascia { up_to_cents: None, price_cents: Euro::from_cents(450) };
        let listino = Listino { gradi: Vec::new(), residente: None, fasce: vec![fascia] };
        let plan = |from| PianoRow {
            id: id(),
            servizio: "mensa".to_owned(),
            dal: from,
            al: None,
            atto: "Delibera 12/2026".to_owned(),
            piano: Json(Piano::new(vec![listino.clone()], None).unwrap()),
            created_at: now(),
        };
        let (late, early, twin) = (plan(day(2027, 1, 1)), plan(day(2026, 9, 1)), plan(day(2026, 9, 1)));
        let base = AssegnazioneRow {
            iscrizione_id: iscrizione,
            dal: day(2026, 9, 1),
            al: day(2027, 8, 31),
            base: Base::Isee,
            sealed_isee: Some(Sealed::from_bytes(vec![7])),
            residente: true,
            created_at: now(),
        };
        let write = async move |tx: &mut Tx| {
            tariffa::add(tx, ente, &late).await?;
            tariffa::add(tx, ente, &early).await?;
            tariffa::assign(tx, ente, &base).await
        };
        family.world.write(write).await.unwrap();
        let again = family.world.write(async move |tx| tariffa::add(tx, ente, &twin).await).await;
        assert!(matches!(again, Err(Error::Unique)), "{again:?}");
        let kept = family.world.read(async move |read| {
            let plans = tariffa::of_service(read, ente, "mensa").await?;
            let bases = tariffa::of_payers(read, ente, "mensa", NOBODY, EVERYBODY).await?;
            let nobody = tariffa::of_payers(read, ente, "mensa", EVERYBODY, EVERYBODY).await?;
            Ok((plans, bases, nobody.len()))
        });
        let (plans, bases, nobody) = kept.await;
        assert_eq!(plans.iter().map(|plan| plan.dal).collect::<Vec<_>>(), [day(2026, 9, 1), day(2027, 1, 1)]);
        assert_eq!((bases.len(), bases[0].base, bases[0].sealed_isee.is_some(), nobody), (1, Base::Isee, true, 0));
    })
    .await;
}

#[tokio::test]
async fn a_file_of_attendance_supersedes_and_keeps() {
    use PresenzaState::{Absent, AbsentLate, Present};
    each(async |database| {
        let family = Family::new(World::new(database).await).await;
        let (first, second) = (day(2026, 10, 1), day(2026, 10, 2));
        let lines = || vec![family.line(2, first, Present), family.line(3, second, Absent)];
        assert_eq!(family.import(lines()).await, 2);
        assert_eq!(family.import(lines()).await, 0, "the same file again changes nothing");
        assert_eq!(family.uncharged().await, [(first, Present)]);
        let corrected = vec![family.line(2, second, AbsentLate)];
        assert_eq!(family.import(corrected).await, 1);
        assert_eq!(family.uncharged().await, [(first, Present), (second, AbsentLate)]);
        let (ente, laura) = (family.ente, family.world.persona);
        let kept = family.world.read(async move |read| {
            let sql = "SELECT stato, superseded_by FROM presenza WHERE ente_id = $1 AND superseded_at IS NOT NULL";
            let counts = presenza::counts(read, ente, "mensa", first, second).await?;
            let old: Vec<(PresenzaState, Option<PersonaId>)> = read.fetch_all(sql, binds![ente]).await?;
            Ok((old, counts.len()))
        });
        assert_eq!(kept.await, (vec![(Absent, Some(laura))], 2));
    })
    .await;
}

#[tokio::test]
async fn a_charged_day_changes_no_more_until_it_is_freed() {
    use PresenzaState::{Absent, Present};
    each(async |database| {
        let family = Family::new(World::new(database).await).await;
        let (ente, alunno, first) = (family.ente, family.alunno, day(2026, 10, 1));
        family.import(vec![family.line(2, first, Present), family.line(3, day(2026, 10, 2), Absent)]).await;
        let invoice = family.invoice(1);
        let documento = invoice.id;
        family.add(invoice).await.unwrap();
        let month = (day(2026, 10, 1), day(2026, 10, 31));
        let charge = async move |tx: &mut Tx| presenza::charge(tx, ente, "mensa", alunno, month, documento).await;
        assert_eq!(family.world.write(charge).await.unwrap(), 1);
        assert_eq!(family.world.write(charge).await.unwrap(), 0, "a meal is charged once");
        assert_eq!(family.uncharged().await, []);
        let (lines, switch) = (vec![family.line(7, first, Absent)], switch(family.world.persona));
        let refused = family.world.write(async move |tx| {
            presenza::stage(tx, ente, switch.importazione, "mensa", &lines, now()).await?;
            let charged = presenza::charged(tx, ente, switch.importazione).await?;
            assert_eq!(presenza::discard(tx, ente, switch.importazione).await?, 1);
            Ok(charged)
        });
        assert_eq!(refused.await.unwrap(), [7]);
        let others = [day(2026, 10, 2), day(2026, 11, 1)];
        let other = family.world.write(async move |tx| presenza::release_days(tx, ente, documento, &others).await);
        assert_eq!(other.await.unwrap(), 0);
        let freed = family.world.write(async move |tx| presenza::release_days(tx, ente, documento, &[first]).await);
        assert_eq!((freed.await.unwrap(), family.uncharged().await), (1, vec![(first, Present)]));
        assert_eq!(family.world.write(charge).await.unwrap(), 1);
        let freed = family.world.write(async move |tx| presenza::release(tx, ente, documento).await).await;
        assert_eq!((freed.unwrap(), family.uncharged().await), (1, vec![(first, Present)]));
    })
    .await;
}

#[tokio::test]
async fn the_office_finds_documents_by_number_name_and_state() {
    each(async |database| {
        let family = Family::new(World::new(database).await).await;
        let (ente, ciclo) = (family.ente, family.ciclo.id);
        let invoice = family.invoice(7);
        let debt = family.debt(Some(invoice.id), Some("302000000000000184"));
        let note = DocumentoContabileRow {
            id: DocumentoContabileId::new(id()),
            kind: Kind::CreditNote,
            numero: 1,
            total_cents: 300,
            net_cents: 288,
            vat_cents: 12,
            credits_id: Some(invoice.id),
            ..invoice.clone()
        };
        family.add(invoice.clone()).await.unwrap();
        family.world.write(async move |tx| posizione::add(tx, ente, &debt).await).await.unwrap();
        let all = |query: ElencoQuery| ElencoQuery { limit: 50, ..query };
        let found = async |query: ElencoQuery| {
            let query = all(query);
            let rows = family.world.read(async move |read| elenco_documento::page(read, ente, &query).await).await;
            rows.into_iter().map(|row| (row.kind, row.numero, row.credited_cents)).collect::<Vec<_>>()
        };
        let any = ElencoQuery::default;
        assert_eq!(found(any()).await, [(Kind::Invoice, 7, None)]);
        family.add(note).await.unwrap();
        let (invoiced, noted) = ((Kind::Invoice, 7, Some(300)), (Kind::CreditNote, 1, None));
        assert_eq!(found(any()).await, [invoiced, noted]);
        let open = Some([PosizioneStatus::Open, PosizioneStatus::Unpaid]);
        for query in [
            ElencoQuery { status: open, ..any() },
            ElencoQuery { status: open, due_before: Some(day(2026, 12, 3)), ..any() },
            ElencoQuery { credited: true, ..any() },
            ElencoQuery { numero: Some(7), serie: Some("M".into()), anno: Some(2026), ..any() },
            ElencoQuery { numero: Some(7), ciclo: Some(ciclo), ..any() },
        ] {
            assert_eq!(found(query.clone()).await, [invoiced], "{query:?}");
        }
        assert_eq!(found(ElencoQuery { kind: Some(Kind::CreditNote), ..any() }).await, [noted]);
        for query in [
            ElencoQuery { status: Some([PosizioneStatus::Paid; 2]), ..any() },
            ElencoQuery { status: open, due_before: Some(day(2026, 12, 2)), ..any() },
            ElencoQuery { numero: Some(7), serie: Some("X".into()), ..any() },
            ElencoQuery { numero: Some(7), anno: Some(2025), ..any() },
            ElencoQuery { text: Some("nobody%".into()), ..any() },
            ElencoQuery { ciclo: Some(CicloId::new(id())), ..any() },
        ] {
            assert_eq!(found(query.clone()).await, [], "{query:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_credit_is_decided_once_and_a_debt_shrinks_by_its_version() {
    each(async |database| {
        let family = Family::new(World::new(database).await).await;
        let (ente, laura, invoice) = (family.ente, family.world.persona, family.invoice(1));
        let debt = family.debt(Some(invoice.id), None);
        let (documento, posizione_id) = (invoice.id, debt.id);
        family.add(invoice).await.unwrap();
        let less = Reduced { status: PosizioneStatus::Open, amount_cents: 300, settled_cents: 0 };
        let reduced = family.world.write(async move |tx| {
            posizione::add(tx, ente, &debt).await?;
            let first = posizione::reduce(tx, ente, posizione_id, 1, less, later(1)).await?;
            let second = posizione::reduce(tx, ente, posizione_id, 1, less, later(1)).await?;
            let row = posizione::by_id(tx, ente, posizione_id).await?.expect("it was added");
            Ok((first, second, row.amount_cents, row.version))
        });
        assert_eq!(reduced.await.unwrap(), (true, false, 300, 2));
        let decision = NewDecision {
            id: id(),
            subject: Subject::Nota(documento),
            esito: Esito::Refunded,
            motivo: "bonifico".into(),
            persona_id: laura,
            created_at: later(2),
        };
        let credit = async move |tx: &mut Tx| riconciliazione::add_credit(tx, ente, documento, 150, later(1)).await;
        family.world.write(credit).await.unwrap();
        assert!(matches!(family.world.write(credit).await, Err(Error::Unique)));
        let waits = family.world.read(async move |read| riconciliazione::credits(read, ente, (10, 0)).await).await;
        assert_eq!(waits.iter().map(|row| (row.nota_id, row.amount_cents)).collect::<Vec<_>>(), [(documento, 150)]);
        let twin = NewDecision { id: id(), ..decision.clone() };
        family.world.write(async move |tx| riconciliazione::add(tx, ente, &decision).await).await.unwrap();
        let again = family.world.write(async move |tx| riconciliazione::add(tx, ente, &twin).await).await;
        assert!(matches!(again, Err(Error::Unique)), "{again:?}");
        let kept = family.world.read(async move |read| {
            let of = riconciliazione::of(read, ente, &Subject::Nota(documento)).await?;
            let other = riconciliazione::of(read, ente, &Subject::Ricevuta("r".into())).await?;
            Ok((
                of,
                other,
                riconciliazione::credits(read, ente, (10, 0)).await?,
                riconciliazione::latest(read, ente).await?,
            ))
        });
        let (of, other, waits, latest) = kept.await;
        let of = of.unwrap();
        assert_eq!((of.esito, of.nome.as_str(), of.motivo.as_str()), (Esito::Refunded, "Laura", "bonifico"));
        assert_eq!((other, waits, latest), (None, vec![], vec![of]));
        for sql in
            ["UPDATE riconciliazione SET motivo = 'x' WHERE ente_id = $1", "DELETE FROM credito WHERE ente_id = $1"]
        {
            assert!(family.world.write(async move |tx| tx.execute(sql, binds![ente]).await).await.is_err(), "{sql}");
        }
    })
    .await;
}

#[tokio::test]
async fn staged_lines_have_their_limits() {
    each(async |database| {
        let family = Family::new(World::new(database).await).await;
        let ente = family.ente;
        let twice = vec![
            family.line(2, day(2026, 10, 1), PresenzaState::Present),
            family.line(3, day(2026, 10, 1), PresenzaState::Absent),
        ];
        let many = vec![twice[0].clone(); presenza::CHUNK + 1];
        let staged = family.world.write(async move |tx| presenza::stage(tx, ente, id(), "mensa", &many, now()).await);
        assert!(matches!(staged.await, Err(Error::Refused(_))));
        let staged = family.world.write(async move |tx| presenza::stage(tx, ente, id(), "mensa", &twice, now()).await);
        assert!(matches!(staged.await, Err(Error::Unique)));
        let one = vec![family.line(2, day(2026, 10, 1), PresenzaState::Present)];
        let purged = family.world.write(async move |tx| {
            presenza::stage(tx, ente, id(), "mensa", &one, now()).await?;
            presenza::purge(tx, ente, now()).await
        });
        assert_eq!(purged.await.unwrap(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_run_is_opened_once_and_its_dates_stay() {
    each(async |database| {
        let family = Family::new(World::new(database).await).await;
        let (ente, key, iscrizione) = (family.ente, family.ciclo.id, family.iscrizione);
        let laura = family.world.persona;
        let moved = family.world.write(async move |tx| {
            let again = ciclo::open(tx, ente, CicloId::new(id()), "mensa", october(), later(5)).await?;
            assert_eq!((again.id, again.status, again.created_at), (key, CicloStatus::Open, now()));
            assert!(!ciclo::finish(tx, ente, key, now()).await?, "nothing was issued yet");
            assert!(ciclo::calculated(tx, ente, key).await? && !ciclo::calculated(tx, ente, key).await?);
            let first = ciclo::begin(tx, ente, key, day(2026, 11, 2), day(2026, 12, 2)).await?;
            let second = ciclo::begin(tx, ente, key, day(2026, 11, 3), day(2026, 12, 3)).await?;
            let ended = ciclo::finish(tx, ente, key, later(9)).await?;
            assert_eq!(ciclo::latest(tx, ente, "mensa", (24, 1)).await?, [], "behind the first page");
            let latest = ciclo::latest(tx, ente, "mensa", (24, 0)).await?;
            Ok((first, second, ended, ciclo::by_id(tx, ente, key).await?, latest))
        });
        let (first, second, ended, row, latest) = moved.await.unwrap();
        assert_eq!((first, second, ended), (true, false, true));
        let row = row.unwrap();
        assert_eq!((row.status, row.emesso_il), (CicloStatus::Issued, Some(day(2026, 11, 2))));
        assert_eq!(latest, [row]);
        let read = family.world.read(async move |read| {
            let payers = ciclo::payers(read, ente, "mensa", NOBODY, day(2026, 10, 31), 10).await?;
            let before = ciclo::payers(read, ente, "mensa", NOBODY, day(2026, 8, 31), 10).await?;
            let enrolled = ciclo::iscritti(read, ente, "mensa", NOBODY, EVERYBODY, day(2026, 10, 31)).await?;
            let none = IscrizioneId::new(Uuid::nil());
            let named = presenza::enrolled(read, ente, "mensa", day(2026, 10, 1), none, 10).await?;
            Ok((payers, before.len(), enrolled, named))
        });
        let (payers, before, enrolled, named) = read.await;
        assert_eq!((payers, before), (vec![laura], 0));
        assert_eq!((enrolled[0].id, enrolled[0].modalita_pagamento), (iscrizione, Modalita::PagoPa));
        assert_eq!((enrolled[0].billed, enrolled[0].grado.as_str()), (0, "primaria"));
        assert_eq!((named.len(), named[0].codice_fiscale.as_str()), (1, CHILD));
    })
    .await;
}

#[tokio::test]
async fn an_enrolment_has_one_invoice_of_a_run_and_it_stays() {
    each(async |database| {
        let family = Family::new(World::new(database).await).await;
        let (ente, ciclo, laura, alunno) = (family.ente, family.ciclo.id, family.world.persona, family.alunno);
        let (invoice, twin) = (family.invoice(1), family.invoice(2));
        let key = invoice.id;
        let note = DocumentoContabileRow { kind: Kind::CreditNote, credits_id: Some(key), ..family.invoice(1) };
        let other_note = DocumentoContabileRow { kind: Kind::CreditNote, credits_id: Some(key), ..family.invoice(2) };
        family.add(invoice.clone()).await.unwrap();
        assert!(matches!(family.add(twin).await, Err(Error::Unique)));
        family.add(note.clone()).await.unwrap();
        assert!(matches!(family.add(other_note).await, Err(Error::Unique)));
        let wrong = DocumentoContabileRow { vat_cents: 16, ..family.invoice(3) };
        assert!(matches!(family.add(wrong).await, Err(Error::Db { .. })), "net and VAT make the total");
        let change = "UPDATE documento_contabile SET total_cents = 1, net_cents = 1, vat_cents = 0 WHERE ente_id = $1";
        let changed = family.world.write(async move |tx| tx.execute(change, binds![ente]).await).await;
        assert!(matches!(changed, Err(Error::Db { .. })), "{changed:?}");
        let other = family.world.other;
        let read = family.world.read(async move |read| {
            let own = documento::of_child(read, ente, laura, alunno).await?;
            let foreign = documento::of_child(read, ente, other, alunno).await?;
            let issued = documento::issued(read, ente, ciclo).await?;
            let last = documento::last_date(read, ente, Kind::Invoice, "M", 2026).await?;
            let done = documento::of_run(read, ente, ciclo, NOBODY, EVERYBODY).await?;
            let note = documento::credit_note(read, ente, key).await?;
            let gaps = documento::gaps(read, ente).await?;
            Ok((own.len(), foreign.len(), (issued.count, issued.total_cents), last, done.len(), note, gaps.len()))
        });
        assert_eq!(read.await, (2, 0, (1, 450), Some(day(2026, 11, 2)), 1, Some(note), 0));
        let kept = family.world.read(async move |read| documento::by_id(read, ente, key).await).await;
        assert_eq!(kept, Some(invoice));
    })
    .await;
}

#[tokio::test]
async fn a_file_is_added_once() {
    each(async |database| {
        let family = Family::new(World::new(database).await).await;
        let (ente, invoice) = (family.ente, family.invoice(1));
        let row = FileRow {
            documento_id: invoice.id,
            kind: documento::PDF.to_owned(),
            name: "fattura-1-M-2026.pdf".to_owned(),
            bytes: 1_234,
            sha256: "00".repeat(32),
            sealed: true,
            created_at: now(),
        };
        family.add(invoice).await.unwrap();
        let added = family.world.write(async move |tx| {
            let first = documento::add_file(tx, ente, &row).await?;
            let second = documento::add_file(tx, ente, &row).await?;
            Ok((first, second, documento::files(tx, ente, row.documento_id).await? == [row]))
        });
        assert_eq!(added.await.unwrap(), (true, false, true));
    })
    .await;
}

#[tokio::test]
async fn a_debt_changes_at_the_version_that_was_seen() {
    each(async |database| {
        let family = Family::new(World::new(database).await).await;
        let (ente, laura, invoice) = (family.ente, family.world.persona, family.invoice(1));
        let (key, debt) = (invoice.id, family.debt(Some(invoice.id), Some("302000000000000184")));
        let (same_invoice, same_notice) = (family.debt(Some(key), None), family.debt(None, Some("302000000000000184")));
        family.add(invoice).await.unwrap();
        let first = debt.clone();
        family.world.write(async move |tx| posizione::add(tx, ente, &first).await).await.unwrap();
        for twin in [same_invoice, same_notice] {
            let added = family.world.write(async move |tx| posizione::add(tx, ente, &twin).await).await;
            assert!(matches!(added, Err(Error::Unique)), "{added:?}");
        }
        let open = family.world.read(async move |read| documento::children(read, ente, laura).await).await;
        assert_eq!((open.len(), open[0].open_cents, open[0].classe.as_str()), (1, 450, "3A"));
        let id = debt.id;
        let changed = family.world.write(async move |tx| {
            let change =
                async |tx: &mut Tx| posizione::change(tx, ente, id, 1, PosizioneStatus::Paid, 450, later(1)).await;
            let (first, second) = (change(tx).await?, change(tx).await?);
            let by_notice = posizione::by_notice(tx, ente, "302000000000000184").await?;
            let same = by_notice == posizione::of_document(tx, ente, key).await?;
            Ok((
                first,
                second,
                same,
                posizione::by_id(tx, ente, id).await?,
                posizione::of_person(tx, ente, laura).await?,
            ))
        });
        let (first, second, same, row, all) = changed.await.unwrap();
        let paid = PosizioneRow {
            settled_cents: 450,
            status: PosizioneStatus::Paid,
            version: 2,
            updated_at: later(1),
            ..debt
        };
        assert_eq!((first, second, same, row, all), (true, false, true, Some(paid.clone()), vec![paid]));
        let open = family.world.read(async move |read| documento::children(read, ente, laura).await).await;
        assert_eq!(open[0].open_cents, 0);
    })
    .await;
}

#[tokio::test]
async fn invoice_numbers_of_an_undone_transaction_are_given_again() {
    each(async |database| {
        let family = Family::new(World::new(database).await).await;
        let (ente, wrong) = (family.ente, DocumentoContabileRow { vat_cents: 16, ..family.invoice(1) });
        let failed = family.world.write(async move |tx| {
            contatore::next(tx, ente, "fattura/M", 2026).await?;
            documento::add(tx, ente, &wrong).await
        });
        assert!(failed.await.is_err());
        let next = family.world.write(async move |tx| contatore::next(tx, ente, "fattura/M", 2026).await).await;
        assert_eq!(next.unwrap(), 1);
    })
    .await;
}
