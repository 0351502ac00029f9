# Personal area.

area-schede = Sections of the personal area
area-scrivania = Desk
area-messaggi = Messages
area-attivita = Activities
area-documenti = Documents
area-figli = Children

# Desk
area-da-fare = To do
area-niente-da-fare = You have nothing to do now. If you need a service, file an application.
area-rispondi = The office waits for an answer from you.
area-rispondi-entro = Answer by { $data }.
area-fai-rispondi = Read and answer: application { $numero }
area-paga = Fee for { $mese }, { $alunno }
area-paga-entro = { $importo } to pay by { $data }.
area-fai-paga = Go to the payment: fee for { $mese }
area-bozza = Draft: { $titolo }
area-bozza-fino = It is deleted after { $data }.
area-fai-riprendi = Go on: { $titolo }
area-da-leggere = { $n ->
    [one] 1 message to read.
   *[other] { $n } messages to read.
}
area-fai-leggi = Read: application { $numero }
area-ultimi-messaggi = Last messages
area-tutti-messaggi = All messages
area-ultime-attivita = Last activities
area-tutte-attivita = All activities
area-inviata-il = Sent on { $data }
area-nessun-messaggio = There are no messages. You can write to the office from the page of each application.
area-nessuna-attivita = We find no application in your name. Usually it was filed by the other parent.
area-che-fare = What you can do

# Messages
area-messaggi-elenco = Your messages with the office, the last first
area-ultimo = Last
area-scegli-domanda = Choose an application

# Searching the activities
filtro-titolo = Search the applications
filtro-stato = State
filtro-anno = Year
filtro-figlio = Child
filtro-parola = Word or number
filtro-tutti = All
filtro-cerca = Search
filtro-togli = Show all
filtro-nessuna = No application matches. Take a part of the search away.

# Documents
area-nessun-documento = There is no document yet. Receipts and invoices come here after the first application.
area-ricevuta = Receipt of application { $numero }
area-provvedimento = { $cosa }, application no. { $numero }
area-documento-pdf = { $data } (PDF, { $peso })

# Children
area-nessun-figlio = We find no enrolment in your name. Usually the application was filed by the other parent.
area-servizio-mensa = School meals
area-servizio-anno = { $servizio }, school year { $anno }
area-scuola-classe = { $scuola }, { $classe }
area-dal-al = From { $dal } to { $al }.
area-iscrizione-attiva = The enrolment is in force.
area-iscrizione-cessata = The enrolment has ended.
area-vedi-domanda = See the application
area-menu-domanda = Menu according to the application
area-chi-vede = Who else sees this
area-nessuno-vede = Nobody else sees it. With a delegation you can show it to the other parent.
area-vede = { $nome } may look, until { $data }.
area-vede-paga = { $nome } may look and pay, until { $data }.
area-vede-agisce = { $nome } may look, pay and act in your name, until { $data }.
area-gestisci-deleghe = Manage the delegations

# Profile
area-profilo = Profile
profilo-dati = Your data
profilo-nome = Name
profilo-cf = Codice fiscale
profilo-dati-aiuto = They come from your digital identity at each sign-in and are not changed here.
profilo-contatti = Contacts
profilo-email = E-mail
profilo-senza-email = No address
profilo-confermata = Confirmed on { $data }
profilo-non-confermata = Not confirmed yet
profilo-attesa = We sent a code to { $indirizzo }. It counts until { $ora }.
profilo-scrivi-codice = Type the code
profilo-nuova-email = New e-mail address
profilo-nuova-email-aiuto = We send a code of 6 digits there. Type it here to confirm the address.
profilo-manda-codice = Send the code
profilo-errore-email = Type an e-mail address, such as name@example.it
profilo-errore-troppi = You have asked for { $n } codes today. Try again tomorrow
profilo-errore-finito = The code does not count any more. Ask for another one
profilo-errore-codice = { $n ->
    [one] The code is not right. You have 1 attempt left
   *[other] The code is not right. You have { $n } attempts left
}
profilo-codice-titolo = Confirm the address
profilo-codice-testo = Type the code that we sent to { $indirizzo }. It may take some minutes.
profilo-codice = Code
profilo-codice-aiuto = 6 digits
profilo-conferma = Confirm
profilo-torna = Back to the profile
profilo-fatto-indirizzo = The address is confirmed: notices go there.
profilo-avvisi = Notices
profilo-come = How you want to hear of news
profilo-per-email = By e-mail
profilo-solo-area = Only in the personal area
profilo-solo-area-aiuto = We do not write to you, but for the receipts of what you send. Remember to look at the desk.
profilo-salva = Save the choice
profilo-fatto-avvisi = The choice is saved.
profilo-lingua = Language
profilo-lingua-testo = You are reading in English. Change:
profilo-accessi = Last sign-ins
profilo-nessun-accesso = There are no sign-ins to show.
profilo-sessioni = Sessions open now: look and close
profilo-deleghe = Delegations
profilo-deleghe-testo = Who may look, pay or act in your name.
