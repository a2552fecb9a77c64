"""What the demo's apprentices write: made-up evidence of recruitment resourcing, and what an assessor says of it.

Texts have blanks in curly brackets that `demo.stories` fills in. The codes are those of ST0321.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Piece:
    """One piece of evidence: its words, the line that says why for each code, and the kinds of file that go with "
    "it."""

    title: str
    narrative: str
    claims: dict[str, str]
    files: tuple[str, ...] = ()

    @property
    def kind(self) -> str:
        """What sort of thing it is: a work product where nothing else is said."""
        return next((kind for kind, titles in KINDS.items() if self.title in titles), "work_product")


#: The titles of the pieces of each other kind.
KINDS = {
    "reflective_account": {
        "A week of calls to candidates",
        "Learning how to say no politely",
        "When nobody turned up for the interview",
        "Telling somebody that a form was not right",
        "Team meeting: what I learned from feedback",
    },
    "project": {"My plan to fill {number} jobs in a busy season", "Cleaning up the candidate database"},
    "training_record": {"Rights of agency workers: a talk for new starters"},
    "observation": {"Open evening for people who want to change jobs"},
}

#: What was written under the prompts of a kind.
ANSWERS = {
    "reflective_account": (
        ("What I learned", "That I listen better when I write down **one** question before each call."),
        ("What I would change", "I would ask for feedback on the same day, not a week later."),
    ),
    "project": (("What it was for", "The branch needed it before the busy season, and nobody had the time."),),
    "training_record": (("How I use it at work", "I now check the start date before I talk about pay."),),
}
#: What is said in a voice note, and the place marked in a file of a kind with a line for it.
TRANSCRIPT = "I asked three people and my manager what I do well and what I do not. They like that I call back."
MARKED: dict[str, tuple[str, dict[str, int]]] = {
    "sound": ("What they told me", {"starts_ms": 1_000, "ends_ms": 3_000}),
    "whiteboard": ("The step that I am talking about", {"left": 5600, "top": 1600, "width": 2000, "height": 4600}),
}
AI_TOOL = "A writing assistant in our word processor"
AI_PURPOSE = "To check spelling. The words and the work are mine."


PIECES = (
    Piece(
        "Advert for a {role} at {company}",
        "{company} needed a {role} in {place}, and {manager} asked me to write the advert. I read the brief, rang the "
        "shift leader to ask what a normal day looks like, and wrote a first version from our template. {manager} "
        "marked two sentences that sounded as if only young people should apply, so I changed them. The advert went "
        "on two job boards and our own page that afternoon. After three days it had few clicks, so I moved the pay to "
        "the first line and put the bus route in. It brought {number} applications in the end.",
        {
            "S2": (
                "I wrote the advert from the template, placed it on two boards and changed it when it got few clicks."
            ),
            "K9": "I can say why “young and energetic” had to go and what equality law has to do with an advert.",
            "B5": "Moving the pay and the bus route to the top was my idea, and the clicks went up.",
        },
        ("poster", "pdf"),
    ),
    Piece(
        "How we attract and select: my process map",
        "For my second month review I drew the whole way from a brief to the first day at work on the whiteboard: "
        "brief, search, advert, sift, phone call, shortlist, interview, offer, checks, start. For each step I wrote "
        "who does it, what can go wrong and how long it should take. I followed {number} real vacancies back through "
        "the system to see where they waited. Most time was lost between shortlist and interview, because we sent CVs "
        "on Friday afternoons. I showed the map to the team and {manager} now sends them before noon.",
        {
            "K1": "The map shows every step of attraction and selection in our team and what each one is for.",
            "K8": (
                "I wrote beside it where a contingency agency, a master vendor and an in-house team do it differently."
            ),
        },
        ("whiteboard", "txt"),
    ),
    Piece(
        "Shortlist for a {role}",
        "I had {number} CVs for one vacancy as a {role}. Before I opened the first one I made a grid with the five "
        "must-haves from the brief, so that I would judge everybody by the same things. I covered names and dates of "
        "birth with the tool in the database. {few} people had all five, and I called each of them with the same "
        "questions about shifts, travel and notice. One told me she had cared for her father for two years, which was "
        "exactly the experience the manager wanted, but it was not on her CV. I sent three profiles to {company} with "
        "half a page on each.",
        {
            "S4": "I compared everybody with the same five must-haves and presented three people with reasons.",
            "K9": "Covering names and ages is how we keep out bias that people do not notice.",
            "B9": "By asking what she did in the gap I found out what her CV left out.",
        },
        ("docx", "desk"),
    ),
    Piece(
        "Searching where the usual people are not",
        "After two weeks we had no suitable {role} for {company}. I looked for people with the same skills in other "
        "jobs. I found out that an engine parts plant in {place} would close, and that many people there had counter "
        "balance licences and worked nights. I asked {manager} if we could put a notice up there and went with her. I "
        "also searched our own database for people who had left their last job over two years ago. From both I spoke "
        "to {number} people, and {few} of them were interviewed.",
        {
            "S1": "I used the database, a notice on site and a search by skill, and not job boards alone.",
            "K5": "I can explain why people from a plant that builds engine parts move into other jobs at the moment.",
            "S9": "Going to a plant that closes was a new source that nobody here had tried.",
            "B2": "Two weeks without anybody did not stop me; I changed the way I looked.",
        },
        ("desk", "txt"),
    ),
    Piece(
        "Right to work checks for new starters",
        "I did the right to work checks for {few} people who would start on Monday at {company}. I met each one on a "
        "video call with the papers in my hands, or used the share code on the government page. I checked the photo, "
        "the dates and whether they may do this work, saved a copy with the date of my check and signed the form. One "
        "share code had run out. I did not guess: I rang the person, told them how to get a new one and moved the "
        "start by a day. {manager} looked over my forms and found nothing missing.",
        {
            "S11": "I did the checks before the first day and kept a dated copy, as our policy says.",
            "K2": "I know what the law asks of us before somebody starts, and what happens if we do not do it.",
            "B6": "Each form had the right name, number and date; the second look found no mistake.",
        },
        ("pdf",),
    ),
    Piece(
        "A week of calls to candidates",
        "I kept a log of all calls I made in one week for the {role} vacancies. I made {many} calls, reached about "
        "half, and booked {number} phone interviews. On Tuesday almost nobody picked up before eleven. I asked people "
        "I did reach when they like to be called, and it was after their shift. From Wednesday I made my calls "
        "between four and six and wrote a short text before. More people picked up. At the end of the week I counted "
        "what I had against my target and told {manager} where I was short.",
        {
            "S17": "My log shows calls, interviews booked and the target, day by day.",
            "K3": "I can say which figures I am measured by, and how they are counted.",
            "B2": "After a bad Tuesday I asked, changed the time, and kept calling.",
        },
        ("phone", "txt"),
    ),
    Piece(
        "Keeping in touch with people we could not place",
        "{number} people had good interviews with us last quarter but no job came of it. I made a list and called "
        "each of them to hear how things are. I asked what had changed, whether nights are still all right, and "
        "whether we may keep their details. Some had found work and were happy to hear from us anyway. {few} were "
        "still looking, and one of them started at {company} two weeks later. Now I have a note in my calendar to "
        "call everybody on the list every six weeks.",
        {
            "S6": "I called people again without a vacancy in my hand and kept a rhythm for it.",
            "K6": "I can explain why a relationship needs regular contact, and what makes people trust us.",
            "B8": "The six-week note in the calendar means that nobody is forgotten.",
        },
        ("phone",),
    ),
    Piece(
        "Feedback to people who did not get the job",
        "After the interviews at {company} I called the {few} people who were not chosen. Before each call I asked "
        "the manager for one thing that went well and one thing to work on, because “others were stronger” helps "
        "nobody. I said the decision first, then the reason, and asked how the day had been for them. One was upset. "
        "I let him talk, did not argue, and offered to go through his CV with him. He came in on Thursday. I also "
        "asked all of them how they found our process and passed it on.",
        {
            "S13": "I gave everybody a reason they could use, and asked for feedback on us as well.",
            "B7": "I told people the truth politely, even where it was not nice to hear.",
            "S12": "The person who was upset still had our full service and came back.",
        },
        ("docx",),
    ),
    Piece(
        "Cleaning up the candidate database",
        "I was asked to go through {many} records that nobody had opened for two years. Our policy says that we ask "
        "people again or delete them. I sent the agreed email in three groups, so we could answer replies. I "
        "corrected phone numbers, joined people who were there twice and put skills into the right fields instead of "
        "the notes. Records of people who said no, or did not answer in thirty days, were removed. I kept a sheet "
        "with counts and dates but no names, for the data protection folder.",
        {
            "S15": "I only kept what we have a reason to keep, as data protection law and our policy ask.",
            "S14": "Double records were joined and skills stand in the right fields now.",
            "B6": "I compared every phone number before I joined two records.",
        },
        ("desk", "txt"),
    ),
    Piece(
        "Taking the brief for a {role} vacancy",
        "I sat in when {manager} took the brief from {company}, and did the second one myself. I had a list of "
        "questions, but the most useful ones were those that came from listening: why did the last two people leave? "
        "It turned out that the shift ends after the last bus. So I asked if the shift could end fifteen minutes "
        "earlier, and they agreed. I wrote the brief up the same day with must-haves, nice-to-haves, pay, hours and "
        "interview times, and sent it back to be confirmed before I began to search.",
        {
            "B9": "I listened, asked why people left, and found the real problem.",
            "S5": "The written brief let the manager, {manager} and me work from the same page.",
            "K1": "I can explain why a good brief is the first step of selection.",
        },
        ("desk",),
    ),
    Piece(
        "Pay for a {role} in {place}: what I found out",
        "Two people turned an offer from {company} down because of the money. {manager} asked me to find out what "
        "others pay. I looked at {number} adverts for a {role} within fifteen miles, at the official earnings survey, "
        "and asked {few} candidates what they had been offered. Adverts say more than people get, so I wrote down "
        "which source said what and how old it was. The offer was about 60 pence an hour below the middle. I made a "
        "one-page summary with a small table, and the client raised it by 50 pence.",
        {
            "K5": "I can name the going rate for this job here and why it is going up.",
            "K7": "I used numbers and what people told me, and judged how far each source can be trusted.",
            "S8": "The page became part of the plan for how to fill these jobs.",
        },
        ("pdf", "txt"),
    ),
    Piece(
        "First line on the enquiries desk",
        "On Mondays I look after the shared inbox and the phone in the front office. I counted one day: {number} "
        "emails and calls, from “where is my payslip” to “can you find me {few} people by Thursday”. I answer what I "
        "can with our standard answers, and put my own words to them. Pay questions go to payroll with the details "
        "already asked for, so that people do not have to explain twice. A new company that rang I did not send away: "
        "I took the details and gave them to {manager} within ten minutes.",
        {
            "S10": "I answered most enquiries myself and passed the others on with all that was needed.",
            "S7": "The company that rang was a lead; I noted it and passed it on at once.",
            "B4": "I dealt with what was urgent first and asked when I was not sure what came next.",
        },
        ("desk", "txt"),
    ),
    Piece(
        "Telling somebody that a form was not right",
        "When I prepared the files for {company} I saw that one reference had the same handwriting as the "
        "application. I did not know if that was allowed to be a coincidence. I did not ask the candidate straight "
        "away. I looked up our policy, stopped the file and told {manager} the same morning what I had seen, without "
        "saying more than I knew. She rang the referee on the company’s main number. The reference was not real. I "
        "wrote down what I did and when and learned that telling early is never wrong.",
        {
            "S16": "I stopped the file and told the right person the same morning.",
            "B7": "I kept to the policy, was fair to the candidate and did not gossip about it.",
            "K2": "I can say what our code of practice asks when papers may be false.",
        },
        ("txt",),
    ),
    Piece(
        "My plan to fill {number} jobs in a busy season",
        "{company} told us they need {number} packers for the busy weeks. I wrote the resourcing plan with {manager}: "
        "how many applications we need for one start (about six), which sources bring them, what each costs and what "
        "has to be ready in which week. I put the steps on a chart with colours. We began with people who did it last "
        "year, then the database, then adverts. Every Friday I wrote next to the plan what had really happened. In "
        "the third week we were behind, so we brought the open day forward.",
        {
            "S8": "I wrote the sources, numbers and weeks of the plan and kept it up to date.",
            "B8": "Each week had its steps, and I could see on Friday what was late.",
            "K4": "I can explain how we sell such a campaign to a client and why the numbers in it matter.",
        },
        ("whiteboard", "pdf"),
    ),
    Piece(
        "Open evening for people who want to change jobs",
        "We held an open evening at the library in {place} for people from the old power station. I helped to plan "
        "it, made the poster and stood at the table. I had thought about what skills they have that others need: "
        "safety rules, shifts, maintenance. I made cards with jobs at companies for heat pumps and solar panels. "
        "{number} people came. I talked to most of them, wrote down what they are good at, with their permission, and "
        "called everybody within two days. {few} had an interview by the end of the month.",
        {
            "S1": "I looked for people by the skills they could take into green jobs and met them where they are.",
            "K5": "I can explain which jobs go, which ones come, and which skills fit both.",
            "S6": "Calling everybody within two days made them stay in touch.",
            "B5": "The cards with matching jobs were a new idea and people took them home.",
        },
        ("poster", "desk"),
    ),
    Piece(
        "Booking interviews for three managers",
        "{company} wanted to see {few} people for each of three jobs in one day. I made a timetable with breaks, "
        "checked who could come when, and sent everybody the address, a map, names and what to bring. One manager was "
        "ill in the morning. I called the first two people before they left home and moved them to the afternoon, "
        "told reception and sent a new timetable to all. Nobody waited longer than ten minutes. Afterwards I "
        "collected the notes of the managers and put the results into the system.",
        {
            "S5": "I arranged it all between candidates, managers and reception, and told everybody about the change.",
            "B8": "The timetable had room for changes, so one change did not spoil the day.",
            "S12": "Nobody was left waiting and everybody knew what to expect.",
        },
        ("whiteboard",),
    ),
    Piece(
        "Following up applications the same day",
        "I look at new applications at nine, at one and at four. I made this rule after I saw that people who hear "
        "from us on the day are much more likely to pick up. In the week I wrote down for this evidence there were "
        "{many} applications for {few} vacancies. Each got an answer within a day: a call, a question, or a polite "
        "no. I noted where each person had seen the advert. On Thursday I told {manager} that one board had brought "
        "nothing in two weeks, and we stopped paying for it.",
        {
            "S3": "I went through applications three times a day and every one had an answer within a day.",
            "S17": "All answers were out within the time that is agreed as our target.",
            "B1": "Nobody asked me to look three times a day; I decided it and kept to it.",
        },
        ("desk",),
    ),
    Piece(
        "What kinds of recruitment there are",
        "I wrote two pages for the training folder on how companies find staff: their own team, temp agencies, "
        "permanent agencies paid on success, search firms, and a company that runs all of it for one client. I asked "
        "{few} people in different teams how they earn money and what risk they take. I drew it as a table: who "
        "employs the person, who pays whom and when, what happens if somebody leaves after a week. Before that I "
        "thought all agencies were the same.",
        {
            "K8": "I can tell the models apart and say which one we use for which client.",
            "K4": "I wrote how each model is sold and what a client pays for.",
        },
        ("docx",),
    ),
    Piece(
        "Listening in on sales calls, and my own first one",
        "I listened to {number} calls of {manager} to companies that do not work with us yet. I wrote down how she "
        "opens, what she asks, how she deals with “we have somebody already” and how she ends. Then I prepared a call "
        "list: {few} companies that had a {role} advert out for more than four weeks. I rang the first one with her "
        "beside me. I was nervous and talked too fast, but I asked about the vacancy and they agreed that we may send "
        "two profiles. I put it into the system as a lead.",
        {
            "K4": "I can name the steps of a sales call and what I do to support the consultants.",
            "S7": "I found companies with a need, rang one, and moved the lead on.",
            "S9": "An advert that has been out for four weeks is a sign of a client who needs help.",
            "B3": "I had set myself the aim to make a call of my own by the end of the month.",
        },
        ("phone", "txt"),
    ),
    Piece(
        "My targets for the quarter",
        "At the start of the quarter {manager} and I agreed four figures: calls, phone interviews, shortlists sent, "
        "and the share of shortlists that end in an interview. I made a sheet that counts them by week and colours in "
        "what I am behind on. In week four my shortlists were fine but only a third was interviewed. I asked two "
        "managers why and learned that my profiles were too long. I cut them to half a page. By week nine more than "
        "half were interviewed. I wrote down what I want to reach next.",
        {
            "K3": "I can explain each figure, where it comes from and how it is used in my reviews.",
            "S17": "The sheet shows that I reached three of four targets, and what I did about the fourth.",
            "B3": "I set my own next aim and the steps to it.",
        },
        ("pdf",),
    ),
    Piece(
        "Rights of agency workers: a talk for new starters",
        "Temps at {company} asked me the same things again and again: holiday pay, breaks, what changes after twelve "
        "weeks. I read the official guidance and our handbook and made a talk of ten minutes with {few} slides. I "
        "checked each fact with our compliance team before I used it. I gave it to {number} new starters and answered "
        "questions. One question about maternity pay I could not answer. I said so, asked, and sent the answer to "
        "everybody the next day.",
        {
            "K9": "I explained the rights of workers correctly, including equal treatment after twelve weeks.",
            "K2": "I used the official rules and our code of practice and had them checked.",
            "S10": "I answered what I could and brought the answer to the one I could not.",
        },
        ("pdf", "desk"),
    ),
    Piece(
        "Research before a hard search",
        "Before I began to look for a {role} I took half a day for research. I wanted to know where these people "
        "work, what they read and why they move. I used the labour market figures for {place}, counted profiles in "
        "two networks and talked to {few} people who do the job. Some answers did not agree: the figures are from "
        "last year and the people were all from one company. I wrote both down. The result was a list of {number} "
        "employers and the three things that matter most, which is now on the wall by my desk.",
        {
            "K7": "I used figures and interviews, and can say which is valid for what and where it is weak.",
            "S1": "The list of employers and reasons shaped where I searched.",
            "B1": "I asked for the half day and planned it myself.",
        },
        ("whiteboard", "txt"),
    ),
    Piece(
        "Two urgent jobs at the same time",
        "On Wednesday at ten {company} needed {few} people for the next morning, and the interview packs for Friday "
        "were not done either. I wrote down all that I had to do, how long it takes and what happens if it is late. "
        "The people for tomorrow came first. For the packs I asked {manager} if they could wait until Thursday noon, "
        "and she gave one part to a colleague. I called through my list, found everybody by three, and confirmed by "
        "text. The packs went out at eleven on Thursday.",
        {
            "B4": "I sorted by what would hurt most if late, and asked before it was too late.",
            "S3": "Replies from candidates were answered within the hour and noted as I went.",
        },
        ("phone", "whiteboard"),
    ),
    Piece(
        "Writing candidate notes that others can use",
        "{manager} told me that my notes were hard to use: “nice, likes nights”. I asked to see good ones and made a "
        "form for myself: availability, licence, travel, pay now, pay wanted, what matters to the person, what we "
        "agreed. No opinions, nothing about health or family unless they asked me to note it. I went back over "
        "{number} of my own records and put them right. Two weeks later a colleague filled a shift from my notes "
        "without calling me, which had never happened before.",
        {
            "S14": "The notes have the same fields in the same order, and a colleague could work with them.",
            "S15": "I left out what we have no reason to keep, as data protection law asks.",
            "B6": "I went back and corrected my old records one by one.",
        },
        ("desk", "docx"),
    ),
    Piece(
        "When nobody turned up for the interview",
        "Of {few} people that I had booked at {company}, two did not come. I felt awful, because I had told the "
        "manager that they were keen. I called them both: one had got the day wrong, the other had found something "
        "else and did not dare to say. I said sorry to the manager the same day and offered two other people. Since "
        "then I send a text the evening before and ask for a yes. If there is none I call at eight. In the {number} "
        "interviews since, only one did not come.",
        {
            "B2": "I did not give up after the bad day and found two others by the evening.",
            "S12": "I told the client openly and made it right.",
            "K6": "I learned that people tell you more when they are not afraid of your reaction.",
        },
        ("phone",),
    ),
    Piece(
        "Selling points of a job that nobody wanted",
        "The job as a {role} at {company} had been open for five weeks. I went there for a morning to see it. The "
        "advert said “fast-paced environment”, but what people there liked was the canteen, the fixed days off and "
        "that they train you for a licence. I wrote that into the advert in the words that they used, with a photo of "
        "the place. I also asked {manager} to post a short film with somebody from the team. Applications went from "
        "two in five weeks to {number} in two.",
        {
            "S2": "I rewrote the advert after seeing the job, within our rules for adverts.",
            "S12": "The client has an advert that says what the job is, and candidates know what they will find.",
            "B5": "Using the words of the team was new for us and it worked.",
        },
        ("poster", "desk"),
    ),
    Piece(
        "References and qualifications for {company}",
        "{company} needs two references and the certificate for each {role}. I had {number} files. I made a list with "
        "columns for asked, chased, in, checked. For certificates I used the awarding body’s own page to check the "
        "number. One referee only sends dates of employment; I looked up whether that is enough for this client and "
        "it is. One certificate had run out in March, so I told the candidate and {manager}, and we did not send him "
        "until the new one was there.",
        {
            "S11": "Every check was done before the start, against the awarding body’s own page.",
            "S16": "I told {manager} about the certificate that had run out, and nobody was sent without.",
            "B8": "The list with four columns kept {number} files in order.",
        },
        ("pdf", "desk"),
    ),
    Piece(
        "Learning how to say no politely",
        "A manager at {company} asked me on the phone to send “only younger lads” for the loading job. I was not "
        "ready for that. I said that we choose by what the job needs and asked what that is: lifting up to 20 kilos "
        "and working outside. I wrote those two points into the brief. After the call I told {manager}, because it "
        "was not my place to decide what to do about it. She rang him and explained the law. We sent {few} people who "
        "could do the job, two of them women, and both are still there.",
        {
            "K9": "I know which reasons for choosing are against equality law and what to say instead.",
            "B7": "I stayed polite and did the right thing, although he was a client.",
            "S16": "I told my manager the same day.",
        },
        ("txt",),
    ),
    Piece(
        "My first own vacancy from start to finish",
        "This was the first vacancy that was mine: a {role} for {company}. I took the brief, wrote the advert, "
        "searched, called, made the shortlist, arranged the interviews and told everybody the result. It took "
        "{number} working days. What went well was the shortlist: two of three were invited. What did not go well was "
        "that I forgot to tell reception, and the first candidate stood outside in the rain. I wrote a checklist "
        "after that and it now hangs beside my screen.",
        {
            "K1": "I did each step of attraction and selection myself and can say why it comes in this order.",
            "S4": "Two of my three shortlisted people were invited to interview.",
            "S5": "I kept the candidates, the manager and the team informed from brief to result.",
            "B1": "I ran it by myself and only asked when I needed a decision.",
        },
        ("whiteboard", "docx"),
    ),
    Piece(
        "How I prepare people for an interview",
        "I call everybody the day before and go through what to expect. For this evidence {manager} listened to one "
        "call, with the candidate’s permission, and gave me notes. I ask first what they already know about "
        "{company}. Then I say who they will meet, what the job is like on a bad day as well, and we practise one "
        "question. I do not tell them what to answer. The person I spoke to was worried about a gap in her CV, so we "
        "talked about how to say it in two sentences. She rang me straight after the interview.",
        {
            "S6": "People ring me after the interview, which shows that they trust me.",
            "B9": "I began with open questions and stayed with the one thing that worried her.",
            "K6": "I can say how preparing people honestly makes them come back to us.",
        },
        ("sound", "docx"),
    ),
    Piece(
        "A new source of candidates: the college",
        "I noticed that we had nobody under twenty on our books for {role} jobs. I wrote to the careers office of the "
        "college in {place}, where I was a student myself. They let me have a table at their jobs week. I asked three "
        "clients first what they would offer to somebody without experience. {number} students left their details and "
        "signed the form that we may keep them. I put them into the database the next day with the source, so that we "
        "can see later what came of it. The college has asked us again.",
        {
            "S9": "I opened a source of candidates that we did not have, and asked clients for chances for them.",
            "S14": "All details were in the database the next day with where they came from.",
            "B3": "I wanted to bring in a source of my own this year, and planned it.",
        },
        ("poster", "phone"),
    ),
    Piece(
        "Calling back a company that had left us",
        "{company} had not called us for a year. {manager} said I could try. I looked up in the system what had "
        "happened: two people did not turn up, and nobody had called to say sorry. I rang and said that first. The "
        "manager was surprised and talked for ten minutes. I asked what they need now and wrote it down. A week later "
        "they gave us one vacancy to see how it goes. I keep a note of every call so that whoever speaks to them next "
        "knows.",
        {
            "S7": "I took an old lead up again and brought it to a vacancy.",
            "S9": "I looked in the database for clients that we had lost.",
            "K4": "I can explain why listening to a complaint is part of selling.",
        },
        ("phone", "txt"),
    ),
    Piece(
        "Numbers from our adverts",
        "I wanted to know which of our adverts work. I took all {number} adverts of three months and put into a sheet "
        "where they ran, what they cost, how many applied and how many were shortlisted. Cost for one application "
        "looked best on the biggest board, but cost for one shortlisted person was best on the local page. I was "
        "careful: for some jobs there were only three applicants, so I did not draw anything from those. I showed the "
        "sheet at the team meeting and we moved a part of the budget.",
        {
            "K7": "I know why small numbers are not reliable and said so in my sheet.",
            "S8": "The sheet changed where the plan for next quarter spends money.",
            "S3": "I tracked all responses from the advert to the shortlist.",
        },
        ("pdf", "txt"),
    ),
    Piece(
        "A complaint about a late answer",
        "A candidate wrote that she had waited nine days for an answer and heard nothing. I looked it up: the manager "
        "at {company} had not decided and I had not told her that. I rang her, said sorry, explained where it stood "
        "and when she would hear. I asked the manager for a date and called her again on that day, although there was "
        "still no decision. She thanked me for it. Now I write on each record when I promised to call, and look at "
        "that list every morning.",
        {
            "S13": "I asked what went wrong for her, listened, and told her where things stood.",
            "S10": "I dealt with the complaint myself on the day it came in.",
            "K6": "A promise that is kept, even with no news, keeps the relationship alive.",
        },
        ("phone",),
    ),
    Piece(
        "Planning my own week",
        "I often stayed late because everything seemed to be urgent. {manager} showed me how she plans. On Friday I "
        "now write down next week’s three most important things and block time for them: calls when people answer, "
        "writing when it is quiet, and half an hour each day for what comes up. I kept it for {few} weeks and noted "
        "what I did not get done, and why. Mostly I had promised too much. I now say “by Thursday” instead of "
        "“today”, and keep it. I went home on time on all days but one.",
        {
            "B8": "My plan, with what I did and did not get done, is attached for each week.",
            "B4": "I choose three things that matter most and tell people early what will come later.",
            "B1": "I asked for help, tried it, and kept going without being told.",
        },
        ("desk", "docx"),
    ),
    Piece(
        "Safe data on the go",
        "A colleague sent me a CV by a messenger app because it was quick. I knew that we may not do that, but did "
        "not know what to say. I looked up the policy and asked our data protection lead. I told my colleague in "
        "private, deleted the file, and wrote a short note for the team on how to send papers safely from a phone: "
        "the upload link in our system, which works for photos as well. {number} people have used it since. I did the "
        "online course on data protection and passed.",
        {
            "S15": "I use the database and its upload link as the law and our policy ask, and helped others to do so.",
            "K2": "I passed the data protection course and can explain its rules with this example.",
            "S16": "I raised it with the data protection lead instead of looking away.",
        },
        ("phone", "pdf"),
    ),
    Piece(
        "Team meeting: what I learned from feedback",
        "Every month I ask {few} candidates and one manager how they found working with me, with five short "
        "questions. I brought the answers of three months to the team meeting. People like that I call back. They do "
        "not like that I send long emails. I said what I will change: bullet points, and the important thing first. I "
        "also said which figures I was measured by this quarter and where I stood. {manager} asked me to show the "
        "five questions to the others, and two use them now.",
        {
            "S13": "I ask for feedback every month, and say what I do with it.",
            "K3": "I presented my figures to the team and how they are worked out.",
            "B3": "I know what I want to get better at, and have said it in front of others.",
        },
        ("whiteboard", "sound"),
    ),
    Piece(
        "Sifting with care: {many} applications in two days",
        "An advert for {company} went round on social media and brought {many} applications. I agreed with {manager} "
        "what “must” means: the licence, mornings, and living within reach. I sorted everybody into yes, ask and no, "
        "and wrote the reason beside each. For the “ask” pile I sent one question by text. A second person looked at "
        "every tenth “no” to see if I was fair. One of them should have been a yes, and I changed it. {few} people "
        "were presented on the third day.",
        {
            "S3": "Every application was recorded, sorted and answered within two days.",
            "S4": "The reasons beside each name show how I came to the shortlist.",
            "K8": "I can say why volume recruitment works differently from a search for one specialist.",
        },
        ("desk", "txt"),
    ),
)

#: For each code, what an assessor asks for when a claim is not met yet, and what the apprentice then adds.
NOT_YET = {
    "K1": (
        "You list the steps well. Tell me for two of them why we do them in this order and what would happen without.",
        "If we sifted before the brief is confirmed, we would judge people by the wrong must-haves. If checks came "
        "before the offer, we would hold papers of people who never start.",
    ),
    "K2": (
        "You did the right thing, but I cannot see that you know which rule it rests on. Name it and say where it is "
        "found.",
        "The rule is in our compliance handbook, part 3, and rests on data protection and right to work law. I have "
        "added which paragraph I used.",
    ),
    "K3": (
        "Which figures were agreed with you, and who counts them? Add your target beside what you reached.",
        "My targets are 60 calls, 12 phone interviews and 4 shortlists a week. The system counts calls; I count the "
        "rest, and we look at it on Mondays.",
    ),
    "K4": (
        "This tells me what your manager did on the phone. What did you do to support it, and which technique was it?",
        "I prepared the list, found the name to ask for, and noted the need she uncovered with open questions. That "
        "part is called qualifying.",
    ),
    "K5": (
        "Say where the rate comes from and how old it is. One source is not enough for a market.",
        "I compared three sources: adverts from this month, the yearly earnings survey and what four candidates were "
        "offered.",
    ),
    "K6": (
        "I read that you called. How did you build the relationship, and what would you do if the person did not "
        "reply?",
        "I note what matters to each person and begin with it next time. If there is no reply, I write once, wait a "
        "week and call at another time of day.",
    ),
    "K7": (
        "Which of your sources are numbers and which are opinions? Say how far you trust each and why.",
        "The adverts are numbers, the talks are opinions. Three talks from one company are not enough to be sure, so "
        "I only used them for ideas.",
    ),
    "K8": (
        "You describe one model. Compare it with at least one other: who carries the risk, who pays, and when?",
        "With a temp agency the agency employs and pays each week. With a success fee the client pays once, after the "
        "start, and the agency carries the risk until then.",
    ),
    "K9": (
        "Good instinct. Now say which protected characteristic this is about, and what a worker could do.",
        "It is about age. Somebody who is turned down for it can complain to us, to the client or go to a tribunal.",
    ),
    "S1": (
        "I see where you searched but not how. Add the search words you used and what each source brought.",
        "I have added my search strings and a small table: database 9 people, notice 6, network 4.",
    ),
    "S2": (
        "The advert is there, but I cannot tell which words are yours. Add the version before and after the changes.",
        "I have added my first version and the one that went out. The sentences that I changed are marked.",
    ),
    "S3": (
        "How do I see that every application had an answer? A screenshot of the list with dates would do; hide the "
        "names.",
        "I have added the list with dates of receipt and answer. Names are covered.",
    ),
    "S4": (
        "You tell me who was shortlisted but not why the others were not. Add your grid with names hidden.",
        "The grid is added now. Each row is one person without a name, with the five must-haves and my reason.",
    ),
    "S5": (
        "Show me the liaising: one message to the manager and one to a candidate would be enough.",
        "I have added both messages, and who was told about the change and when.",
    ),
    "S6": (
        "One call is a start. What happened after that? I would like to see how the contact went on over some weeks.",
        "I called again two weeks later and once more in the month after. The notes of all three calls are there now.",
    ),
    "S7": (
        "How did the lead go on after you passed it? Say what the next step was and whether you followed it up.",
        "I asked a week later. There had been a meeting, and we were given one vacancy to try.",
    ),
    "S8": (
        "Which part of the plan did you write? Mark it, or put it in your own words.",
        "I wrote the sources and the numbers for each week. That part is marked in yellow in the plan.",
    ),
    "S9": (
        "This was asked of you. For this one I need something that you noticed and began yourself.",
        "The idea to ask at the plant was mine; I have added my message to my manager in which I suggested it.",
    ),
    "S10": (
        "Give me two enquiries as examples: what was asked, what you said, and what you passed on.",
        "I have added two: a question on holiday pay that I answered, and one on tax that I passed to payroll with "
        "details.",
    ),
    "S11": (
        "Good checks. Add where the copy is kept and for how long, so I can see that it follows your policy.",
        "Copies are in the locked folder of the system, and are deleted two years after the person leaves, as the "
        "policy says.",
    ),
    "S12": (
        "Tell me how you know that the service was good. Did the candidate or the client say so?",
        "The manager wrote me two lines afterwards, which I have added with his permission.",
    ),
    "S13": (
        "You gave feedback. I cannot see yet that you asked for any. What did they say about your work?",
        "I asked at the end of each call. Two said that they would have liked to hear earlier, so I set a reminder "
        "now.",
    ),
    "S14": (
        "Please show a record as you left it, with the personal details hidden. From this I cannot judge accuracy.",
        "I have added a screenshot of one record before and after. Name, phone and address are covered.",
    ),
    "S15": (
        "Which rule did you use to decide what may be kept? Say it in a sentence and link it to what you did.",
        "We may keep details while somebody is looking for work with us, and ask again after two years. That is why I "
        "wrote to them first.",
    ),
    "S16": (
        "When exactly did you tell somebody, and whom? Escalating is about who and how fast, so please add it.",
        "I told my manager at 9.40 the same morning, in person, and wrote it down at 10.",
    ),
    "S17": (
        "I see your results but not what was agreed. Put the target next to them, for at least four weeks.",
        "The sheet has the target in its own column now, for six weeks.",
    ),
    "B1": (
        "What did you start here without being asked? Make that part clearer.",
        "Nobody asked me to do this. I noticed it, thought of a way, and told my manager what I was going to do.",
    ),
    "B2": (
        "Say more about what went wrong first and what you did differently the second time.",
        "The first thirty calls brought nothing. I changed the time of day and the first sentence, and then it worked.",
    ),
    "B3": (
        "What is your own aim, and by when? A plan with one or two steps would show it.",
        "My aim is to run two vacancies alone by March. First step: take a brief by myself this month.",
    ),
    "B4": (
        "Explain how you chose what came first. What would have happened if you had done it the other way round?",
        "The shift for the next morning came first, because a line would have stood still. The packs could wait a day.",
    ),
    "B5": (
        "I like it. What is new about it for your team, and did it work better than before?",
        "Nobody here had tried it. Before, we had two applications in five weeks, and after it many more in two.",
    ),
    "B6": (
        "Show how you check your own data entry. One corrected example is enough.",
        "I read the number back to the person and compare it with the form. I have added one that I corrected.",
    ),
    "B7": (
        "What made this an ethical question for you? Link it to your code of practice.",
        "Our code says that we choose by what the job needs. Doing what he asked would have been unfair to others.",
    ),
    "B8": (
        "Add the plan itself. I can read that you are organised but would like to see it.",
        "I have added a photo of my week plan and what came of it.",
    ),
    "B9": (
        "Which questions did you ask? Write down two, and what you learned from the answers.",
        "I asked “What would make you stay?” and “What was your best day there?”. I learned that fixed days off "
        "matter most.",
    ),
}

#: What an assessor says of a claim that is met, by the kind of KSB.
MET = {
    "K": (
        "You explain this in your own words and with your own example. Met.",
        "Clear, and correct. I like that you say where you found it.",
        "You could answer my questions on this in our call, and it shows here too.",
        "Good understanding. Next time try to compare it with how another team does it.",
        "That is exactly what the standard asks you to know.",
        "Well explained, also what happens if it is not done.",
    ),
    "S": (
        "Good work. I can see what you did, why, and what came of it.",
        "You did this on your own, and the file shows it.",
        "Convincing. The change you made after a few days shows that you watched the result.",
        "This is the standard I would expect from somebody in the job for a year.",
        "Met. Keep this piece for your discussion at the end, it is a strong example.",
        "Clear steps and a result. Well done.",
        "I watched you do this on my visit as well, so I am sure of it.",
    ),
    "B": (
        "This comes across very well. Your manager told me the same.",
        "A good example, because it was not easy.",
        "I can see that this is how you work and not something you did once.",
        "Honest and clear. Well done.",
        "Met. You show it here and in your other pieces.",
    ),
}

#: Why a sign-off was withdrawn.
WITHDRAWAL_REASON = (
    "I signed this off before I noticed that the list belongs to another vacancy. Please look at it again with me."
)

COMPANIES = (
    "Oakhurst Care",
    "Redfern Parcels",
    "Castle Lane Dental",
    "Winterbourne Foods",
    "Kestrel Cold Store",
    "Marlow Road School",
    "Tolland Print",
    "Greyfriars Hotel",
    "Sandhill Joinery",
    "Pennywell Bakery",
)
ROLES = (
    "warehouse operative",
    "care assistant",
    "payroll clerk",
    "van driver",
    "sales administrator",
    "kitchen porter",
    "customer service adviser",
    "forklift driver",
    "receptionist",
    "dental nurse",
    "night packer",
    "teaching assistant",
)
PLACES = ("Derby", "Norwich", "Swindon", "Preston", "Exeter", "Wakefield", "Corby", "Gloucester")
