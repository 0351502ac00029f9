# Information section and following one's applications.

informativa-titolo = Information
informativa-testo = Follow your applications and read the answers of the office.
informativa-consultazione = Follow your applications
informativa-consultazione-testo = State, outcome and documents of the applications that you sent.

# States for the citizen
stato-bozza = Draft
stato-bozza-scaduta = Expired draft
stato-inviata = Sent
stato-ricevuta = Received
stato-in-lavorazione = Being examined
stato-da-completare = To be completed
stato-completata = Completed, being examined
stato-preavviso = Notice of rejection: you can answer
stato-osservazioni = Observations sent
stato-accolta = Accepted
stato-accolta-parziale = Accepted in part
stato-lista-attesa = On the waiting list
stato-respinta = Rejected
stato-ritirata = Withdrawn by you
stato-annullata = Annulled by the office

# Milestones
tappa-inviata = Sent
tappa-protocollata = Registered
tappa-in-carico = Taken in charge
tappa-integrazioni = The office asked to complete it
tappa-integrata = Completed
tappa-preavviso = Notice of rejection
tappa-osservazioni = Observations sent
tappa-accolta = Accepted
tappa-accolta-parziale = Accepted in part
tappa-lista-attesa = On the waiting list
tappa-respinta = Rejected
tappa-ritirata = Withdrawn by you
tappa-annullata = Annulled by the office
tappa-esito = Outcome
tappa-quando = { $data }, { $ora }
tappa-attesa-entro = Expected by { $data }
tappa-fatta = (done)

# List
consultazione-titolo = Follow your applications
consultazione-elenco = Your applications, newest first
consultazione-numero = Number
consultazione-modello = Application
consultazione-alunno = Pupil
consultazione-nessun-alunno = none
consultazione-inviata-il = Sent on
consultazione-stato = State
consultazione-risposta = Answer by
consultazione-nessuna-titolo = No enrolment found
consultazione-nessuna-testo = We find no enrolments in the name of { $nome }, { $cf }. Usually this is because the application was sent by the other parent.
consultazione-strade = What you can do
consultazione-strada-1 = Sign in with the identity of the other parent
consultazione-strada-1-testo = The data can be seen only with the identity of the person who sent the application.
consultazione-strada-1-azione = Sign out and sign in again
consultazione-strada-2 = Ask to be connected
consultazione-strada-2-testo = Ask for a delegation: the other parent signs in, opens Delegations and writes your codice fiscale. Then you accept. Or write to the office: { $indirizzo }.
consultazione-strada-3 = Contact the office: { $ufficio }
consultazione-strada-3-testo = Telephone { $telefono }, { $orari }.
consultazione-strada-3-chiama = Call { $telefono }
consultazione-ancora = Do you still have to apply?

# Detail
consultazione-pratica = Application { $numero }
consultazione-di = { $titolo }: { $alunno }
consultazione-detto-inviata = The application has arrived. Its protocol number is being assigned. The answer comes by { $data }. You need not do anything now.
consultazione-detto-ricevuta = The application has arrived and waits to be examined. The answer comes by { $data }. You need not do anything now.
consultazione-detto-in-lavorazione = The office ({ $ufficio }) is examining the application. The answer comes by { $data }. You need not do anything now.
consultazione-detto-da-completare = The office ({ $ufficio }) asks you to complete the application. The office’s time to decide stands still until you answer, 30 days at most.
consultazione-detto-completata = You completed the application. The answer comes by { $data }. You need not do anything now.
consultazione-detto-preavviso = The office ({ $ufficio }) does not intend to accept the application. Read the reason: you have ten days to answer.
consultazione-detto-osservazioni = Your answer has arrived. The office examines it and decides by { $data }. You need not do anything now.
consultazione-detto-accolta-parziale = The application was accepted in part. Read the reason below.
consultazione-detto-lista-attesa = The application is good, but there are no places left. You are on the waiting list: we write to you if a place becomes free.
consultazione-detto-posto = You are on the waiting list and now there is a place. You need do nothing: the office decides and writes to you.
consultazione-detto-annullata = The office ({ $ufficio }) annulled the application. Read the reason below.
consultazione-detto-respinta = The application was not accepted. Read the reason below. For questions contact the office: { $ufficio }.
consultazione-detto-ritirata = You withdrew the application. If you still need it, you can send another one.
consultazione-motivo = Reason of the decision
consultazione-nota = Note of the office
consultazione-punto = Where it stands
consultazione-documenti = Documents
consultazione-ricevuta = Receipt of submission (PDF, { $peso })
consultazione-ricevuta-attesa = The receipt is being prepared.
consultazione-aggiorna = Refresh the page
consultazione-risposte = What you declared
consultazione-breve = In short
consultazione-protocollo = Protocol
consultazione-protocollo-n = no. { $numero } of { $data }
consultazione-protocollo-attesa = Being assigned
consultazione-protocollo-emergenza = Being assigned. Emergency register no. { $numero }
consultazione-ultimo-giorno = Last day for the answer
consultazione-ufficio = Office
consultazione-responsabile = Person in charge
consultazione-ritira = Withdraw the application
consultazione-ritira-titolo = Withdraw the application
consultazione-ritira-testo = You are about to withdraw application { $numero } for { $alunno }. The office will not examine it any more; if you are on the waiting list, you give up your place. This cannot be undone.
consultazione-ritira-conferma = Withdraw the application
consultazione-ritira-no = Back to the application
consultazione-ritira-tardi-titolo = The application cannot be withdrawn any more
consultazione-ritira-tardi-testo = The office has already decided, or the application was already withdrawn. Open the application to see where it stands.

# Completing an application
integra-titolo = Complete the application
integra-motivo = What the office asks
integra-entro = You can answer until { $data }.
integra-rispondi = Answer by { $data }
integra-risposta = Your answer
integra-risposta-aiuto = Write what is missing or needs correcting. At most 4,000 characters.
integra-riaperte = Questions to look at again
integra-riaperte-testo = You can change only these answers. If one is right, leave it as it is.
integra-scrivi = Write to the office
integra-altre = Answer these questions in words:
integra-messaggio = Message to the office
integra-facoltativa = Optional if you change something above. At most 4,000 characters.
integra-niente = Change an answer or write a message
integra-dichiari = By sending you declare that the answers are true, as for the application.
integra-aperte = With what you answered there are more questions below: look at them and send again.
integra-mandato = If you change the account, by sending you authorise the Comune to debit the fees there (SEPA mandate).
integra-cambiate = Answers that were changed
integra-chiesto = What the office asked
integra-file-di-nuovo = The files chosen now are not saved: choose them again.
integra-scaduta = The time to answer is over.
integra-manca = Write the answer
integra-lunga = Shorten the answer: at most 4,000 characters
integra-invia = Send to the office
integra-file-virus = (deleted: it held a virus)
integra-salvata = Answer saved on { $data } at { $ora }: the office sees it when you send it. It stays here as long as the office waits for it.
integra-altrove = In the meantime this answer was changed, in another window or on another device. Below are your words and the files that are there now: if you suspend or send, it replaces the saved one.
integra-iniziata = You have an answer saved on { $data } at { $ora }: it is not sent yet.
integra-file = Attachments (optional)
integra-file-aiuto = PDF, JPEG, PNG: at most { $n } files, { $mb } MB each.
integra-file-troppi = At most { $n } attachments in all, with those already saved
integra-file-dati = Attachments

# Answering a notice of rejection
osserva-titolo = Answer the notice
osserva-motivo = Why the office does not intend to accept the application
osserva-osservazioni = Your observations
osserva-aiuto = Write why the application should be accepted. The office takes it into account before it decides. At most 4,000 characters.
osserva-risposta = What the office answers

# Documents of the office
provvedimento-titolo = Outgoing documents
provvedimento-del = { $cosa } of { $data }
provvedimento-numero = protocol no. { $numero }
provvedimento-numero-attesa = protocol number being assigned
provvedimento-peso = PDF, { $peso }
provvedimento-attesa = The document is being prepared.
provvedimento-aperto = Opened by the citizen on { $data } at { $ora }
provvedimento-accolta = Acceptance
provvedimento-accolta-parziale = Acceptance in part
provvedimento-lista-attesa = Entry on the waiting list
provvedimento-respinta = Rejection
provvedimento-annullata = Annulment
provvedimento-altro = Communication

duplica-link = Duplicate for the new year: { $titolo }
duplica-titolo = Duplicate for the new year
duplica-testo = We prepare a draft of { $titolo } with the answers that still fit. Dates, protected data, declarations and files are not copied. Check each page before you send.
duplica-conferma = Prepare the draft
duplica-bozza-testo = You have a draft of { $titolo } already. It opens as it is: nothing is copied.
duplica-bozza-apri = Open the draft
