# Pages of the office.

ufficio-nome = Office
ufficio-salta = Skip to content
ufficio-esci = Sign out
ufficio-demo = DEMONSTRATION
ufficio-menu = Menu of the office
ufficio-menu-pratiche = Applications
ufficio-benvenuto = Welcome
ufficio-benvenuto-testo = Your role opens no area of work.
ufficio-benvenuto-ruoli = Whoever installs the portal grants roles from the command line.
ufficio-percorso = Breadcrumb
ufficio-piede-accessibilita = Accessibility statement
ufficio-piede-portale = Citizens’ portal

# States for the office
ufficio-stato-da-protocollare = To be registered
ufficio-stato-da-assegnare = To be assigned
ufficio-stato-assegnata-a = Assigned to { $chi }, to be taken in charge
ufficio-stato-in-carico = In charge
ufficio-stato-in-carico-a = In charge of { $chi }
ufficio-stato-attesa-integrazioni = Awaiting the applicant
ufficio-stato-integrata = Completed
ufficio-stato-preavviso = Notice given
ufficio-stato-osservazioni = Observations to weigh
ufficio-stato-accolta = Accepted
ufficio-stato-accolta-parziale = Accepted in part
ufficio-stato-lista-attesa = On the waiting list
ufficio-stato-respinta = Rejected
ufficio-stato-ritirata = Withdrawn by the citizen
ufficio-stato-annullata = Annulled

# Queue
ufficio-coda-titolo = Work queue
ufficio-filtri = Saved filters
ufficio-filtro-aperte = All open
ufficio-filtro-da-assegnare = To be assigned
ufficio-filtro-mie = Mine
ufficio-filtro-in-scadenza = Due soon
ufficio-filtro-protocollo = Protocol failed
ufficio-filtro-chiuse = Closed
ufficio-filtro-tutte = All
ufficio-filtro-altri = More filters and order
ufficio-filtro-ogni = All
ufficio-filtro-chiunque = Anybody
ufficio-filtro-plesso = School
ufficio-filtro-dal = Sent from
ufficio-filtro-al = Sent until
ufficio-filtro-applica = Apply the filters
ufficio-filtro-togli = Clear the filters
ufficio-ordine = In order of
ufficio-ordine-giu = From the last to the first
ufficio-cerca-dove = Searches all applications, closed ones too.
ufficio-cerca-campo = Number of the application or name
ufficio-cerca = Search
ufficio-cerca-togli = Clear the search
ufficio-coda-elenco = { $filtro }: { $total ->
    [one] 1 application
   *[other] { $total } applications
}
ufficio-coda-elenco-oltre = { $filtro }: more than { $total } applications. Narrow the filters to see them all.
ufficio-coda-vuota = No application in this filter.
ufficio-coda-vuota-cerca = No application found. Try the surname alone, or another filter.
ufficio-col-pratica = Application
ufficio-col-modello = Model
ufficio-col-alunno = Pupil
ufficio-col-inviata = Sent
ufficio-col-termine = Due
ufficio-col-stato = State
ufficio-col-assegnata = Assigned to
ufficio-da-richiedente = from { $chi }
ufficio-nessuno = nobody
ufficio-giorni = { $n ->
    [one] 1 day
   *[other] { $n } days
}
ufficio-oggi = Today
ufficio-scaduta = { $n ->
    [one] 1 day late
   *[other] { $n } days late
}
ufficio-pagine = Pages of the queue
ufficio-pagina-di = Page { $n } of { $tutte }
ufficio-precedente = Previous
ufficio-successiva = Next

# Application
ufficio-pratica = Application { $numero }
ufficio-pratica-titolo = { $alunno }, { $titolo }
ufficio-pratica-sotto = Application { $numero } · sent by { $richiedente }
ufficio-fatto-stato = state
ufficio-fatto-termine = due, { $data }
ufficio-fatto-assegnata = assigned to
ufficio-fatto-protocollo = protocol, { $data }
ufficio-fatto-protocollo-attesa = protocol
ufficio-protocollo-attesa = Being assigned
ufficio-protocollo-emergenza = Being assigned (emergency no. { $numero })
ufficio-avvisi-titolo = { $n ->
    [one] 1 warning to look at before deciding
   *[other] { $n } warnings to look at before deciding
}
ufficio-diverso-persona = { $campo }: the application says { $risposta }, the digital identity or the profile of { $persona } says something else.
ufficio-scaduti = { $n ->
    [one] { $persona } has 1 overdue payment: ask the accounts office.
   *[other] { $persona } has { $n } overdue payments: ask the accounts office.
}
ufficio-anno-prima = { $n ->
    [0] No answer differs from application { $numero } for { $anno }.
    [one] 1 answer differs from application { $numero } for { $anno }
   *[other] { $n } answers differ from application { $numero } for { $anno }
}
ufficio-anno-prima-limite = Protected data and files are not compared.
ufficio-anno-prima-apri = Open application { $numero }
ufficio-contesa = There is another live application for the same pupil, service and school year. Look at both before deciding.
ufficio-riservati = Protected data
ufficio-riservati-testo = This application holds protected data. Each reading is logged with its reason.
ufficio-riservati-non-puoi = Your role may not read them.
ufficio-riservati-motivo = Why you need them
ufficio-riservati-apri = Show the protected data
ufficio-riservati-aperti = The protected data are shown. The reading was logged.
ufficio-riservati-chiudi = Hide the protected data
ufficio-riservato = protected: each reading is logged
ufficio-allegato-virus = There was a virus in an attachment: it has been deleted and the applicant has been told.
ufficio-allegato-non-controllato-titolo = An attachment that has not been scanned yet
ufficio-allegato-non-controllato = The virus scan of this attachment is not over yet: a few seconds are usually enough. If you open it now it may hold a virus. Opening it is logged.
ufficio-allegato-comunque = Download it all the same
ufficio-allegato-titolo = Download a protected attachment
ufficio-allegato-testo = Reading the attachment of application { $numero } is logged with its reason.
ufficio-allegato-scarica = Download the attachment
ufficio-codice-manca = The child’s codice fiscale is missing
ufficio-codice-manca-testo = Whoever applied did not have it yet. Without it the attendance of the school does not find the child.
ufficio-codice = Codice fiscale of the child
ufficio-codice-aiuto = Copy it from the health card. The application as sent does not change.
ufficio-codice-salva = Save the codice fiscale
ufficio-codice-scritto = codice fiscale, written by the office
ufficio-codice-errato = Check the codice fiscale: a character is missing or wrong
ufficio-codice-di-altri = Another child has this codice fiscale. Look at the two enrolments: nothing was saved
ufficio-decisione = Decision
ufficio-prendi = Take in charge
ufficio-prendi-testo = The application passes to you and the citizen sees it as being examined. Then you can accept or reject it.
ufficio-motivo = Reason
ufficio-motivo-chi = (the citizen reads it)
ufficio-motivo-aiuto = Needed to reject or to accept in part. 2,000 characters at most.
ufficio-motivo-manca = Write the reason to reject: the citizen reads it
ufficio-motivo-lungo = Shorten the reason: 2,000 characters at most
ufficio-motivo-lettura-manca = Write why you need the data, with at least 5 characters
ufficio-accogli = Accept
ufficio-respingi = Reject
ufficio-motivo-serve = Write the reason: the citizen reads it
ufficio-accogli-parte = Accept in part
ufficio-parte-effetti = If you accept in part, also apply what the application changes
ufficio-lista = Put on the waiting list
ufficio-posto-manca = There is no free place for this application yet
ufficio-annulla-titolo = Annul the application
ufficio-annulla-testo = The application ends here: nobody examines it any more and the citizen reads the reason. There is no way back.
ufficio-annulla-conferma = Annul the application
ufficio-annulla-modello = La pratica è annullata perché:
ufficio-non-decidi = Your role may not decide this application.
ufficio-deciso-motivo = Reason of the decision
ufficio-cronologia = History
ufficio-problema = There is a problem
ufficio-errore = Error:

# Changed in the meantime
ufficio-cambiata-titolo = The application has changed in the meantime
ufficio-cambiata-testo = Somebody saved application { $numero } after you opened it. We have changed nothing.
ufficio-cambiata-passo = Last step: { $passo }
ufficio-cambiata-motivo = The text that you had written
ufficio-cambiata-riapri = Open the application as it is now
ufficio-non-ora-titolo = Not possible any more
ufficio-non-ora-testo = The state of application { $numero } does not allow this any more.

# Asking to complete an application
integrazioni-titolo = Ask to complete
integrazioni-testo = The term stands still until the answer, 30 days at most. It can be asked once.
integrazioni-motivo = What is missing
integrazioni-motivo-aiuto = At most 2,000 characters.
integrazioni-motivo-manca = Write what is missing: the citizen reads it
integrazioni-domande = Which questions it is about
integrazioni-domande-aiuto = The citizen can correct only the answers to these questions. Those of before stay written in the pratica. For a document that is missing choose the question that it depends on, too. What cannot be changed is answered in words.
integrazioni-domande-manca = Choose at least one question
integrazioni-chiedi = Ask the citizen
integrazioni-indietro = Back to the application
integrazioni-chiesto = Asked to complete
integrazioni-risposta = Answer of the citizen
integrazioni-senza-risposta = No answer came.
integrazioni-attesa = The citizen can answer until { $data }.

# Notice of rejection
preavviso-titolo = Notice of rejection
preavviso-testo = Before you reject, write the reasons: the citizen has ten days to answer. The term stands still meanwhile. It can be given once.
preavviso-motivo = Reasons that keep the application from being accepted
preavviso-motivo-manca = Write the reasons: the citizen reads them
preavviso-modello = La domanda non può essere accolta per questi motivi:
preavviso-invia = Send the notice
preavviso-dato = Notice of rejection
preavviso-attesa = The citizen can answer until { $data }.
preavviso-senza-osservazioni = No observations came.
preavviso-osservazioni = Observations of the citizen
preavviso-risposta = Answer to the observations
preavviso-risposta-aiuto = Needed to reject. 2,000 characters at most.
preavviso-risposta-manca = Write why the observations do not change the decision
preavviso-prima = To reject, a notice of rejection is needed first.
