using System.Text.Json;
using CsCheck;
using Relsim.Datasets;
using Relsim.Evaluation.Statistics;
using Relsim.Evaluation.Study;

namespace Relsim.Evaluation.Tests.Study;

public sealed class StudyAnalysisTests : IDisposable
{
    private const string Header = "question,rater,method_a,method_b,vote,query,candidate_a,candidate_b";

    private static readonly string[] Methods = ["relsim", "dino", "clip"];
    private static readonly string[] Answers = ["a", "tie", "b"];

    // 40 questions of up to five raters; each question has its two methods, sides change from row to row.
    private static readonly Gen<string[]> Rows = Gen.Select(Gen.Int[0, 2], Gen.Int[0, 2].Array[1, 5], Gen.Bool.Array[5]).Array[40].Select(questions =>
        questions.SelectMany((question, q) => question.Item2.Select((vote, rater) =>
        {
            (string a, string b) = (Methods[question.Item1], Methods[(question.Item1 + 1) % 3]);
            return question.Item3[rater] ? $"q{q},r{rater},{a},{b},{Answers[vote]},,," : $"q{q},r{rater},{b},{a},{Answers[2 - vote]},,,";
        })).ToArray());

    private readonly TextFiles _files = new();

    public void Dispose() => _files.Dispose();

    // The study of the paper (arXiv 2512.07833), as it prints the shares.
    [Fact]
    public void Run_ThePublishedCounts_GivesThePublishedPercentages()
    {
        StudyReport report = StudyAnalysis.Run(VotesFile.Read(PublishedCounts()));

        (string, string[])[] published =
        [
            ("DreamSim", ["48.5 %", "17.0 %", "34.4 %"]),
            ("DINO", ["54.2 %", "21.5 %", "24.3 %"]),
            ("CLIP-I", ["42.5 %", "25.6 %", "31.9 %"]),
            ("CLIP-T", ["59.7 %", "12.6 %", "27.7 %"]),
            ("Qwen-T", ["60.7 %", "17.5 %", "21.8 %"]),
        ];
        Assert.Equal(published.Select(row => row.Item1), report.Comparisons.Select(row => row.MethodB));
        string markdown = report.ToMarkdown();
        foreach (((string _, string[] shares), PreferenceRow row) in published.Zip(report.Comparisons))
        {
            Assert.Equal("relsim", row.MethodA);
            Assert.Equal(shares, new[] { row.WinsA, row.Ties, row.WinsB }.Select(share => share.ToString().Split(" [")[0]));
            Assert.All(shares, share => Assert.Contains($"({share} [", markdown, StringComparison.Ordinal));
            Assert.True(row.SignTest < 0.001);
            Assert.True(row.SignTestHolm >= row.SignTest);
        }

        Assert.Equal(HolmCorrection.Adjust([.. report.Comparisons.Select(row => row.SignTest)]), report.Comparisons.Select(row => row.SignTestHolm));
        Assert.Equal((4320, null, null), (report.Votes, report.Questions, report.Raters));
        Assert.Equal((null, null, null), (report.Agreement, report.Judge, report.StrengthsRefused));
        Assert.Equal("relsim", report.Strengths!.Methods[0].Method);
        Assert.Equal("Qwen-T", report.Strengths.Methods[^1].Method);
    }

    [Fact]
    public void Run_RowsInAnyOrder_GiveTheSameNumbers() => Gen.Select(Rows, Gen.Int).Sample(
        (rows, seed) =>
        {
            string[] shuffled = [.. rows];
            new Random(seed).Shuffle(shuffled);
            StudyReport first = Run(rows), second = Run(shuffled);
            Assert.Equal(first.Comparisons.OrderBy(row => row.MethodA + row.MethodB), second.Comparisons.OrderBy(row => row.MethodA + row.MethodB), SameButHolm);
            Assert.Equal(first.Agreement, second.Agreement);
            Assert.Equal(first.Strengths?.Methods, second.Strengths?.Methods);
            Assert.Equal((first.Questions, first.Raters, first.Votes), (second.Questions, second.Raters, second.Votes));
        },
        iter: 20);

    [Fact]
    public void Run_SidesExchanged_MirrorsTheResults() => Rows.Sample(
        rows =>
        {
            StudyReport first = Run(rows), second = Run([.. rows.Select(Mirror)]);
            foreach (PreferenceRow row in first.Comparisons)
            {
                PreferenceRow other = second.Comparisons.Single(pair => new HashSet<string> { pair.MethodA, pair.MethodB }.SetEquals([row.MethodA, row.MethodB]));
                (Proportion, Proportion) wins = other.MethodA == row.MethodA ? (other.WinsA, other.WinsB) : (other.WinsB, other.WinsA);
                Assert.Equal((row.WinsA, row.WinsB, row.Ties, row.SignTest), (wins.Item1, wins.Item2, other.Ties, other.SignTest));
            }

            Assert.Equal(first.Strengths?.Methods, second.Strengths?.Methods);
        },
        iter: 20);

    [Fact]
    public void Run_Raters_AreCountedByQuestionWhateverTheSideIsShownOn()
    {
        StudyReport report = Run("q1,ann,relsim,dino,a,,,", "q1,ben,dino,relsim,b,,,", "q2,ann,relsim,dino,a,,,", "q2,ben,relsim,dino,b,,,", "q3,ann,relsim,dino,tie,,,");

        PreferenceRow row = Assert.Single(report.Comparisons);
        Assert.Equal(("relsim", 3, 1, 1), (row.MethodA, (int)row.WinsA.Count, (int)row.Ties.Count, (int)row.WinsB.Count));
        Assert.Equal((3, 2, 5), (report.Questions, report.Raters, report.Votes));
        Assert.Equal(2, report.Agreement!.Questions);
    }

    [Fact]
    public void Run_OneVoteAQuestion_HasNoAgreement() => Assert.Null(Run("q1,ann,relsim,dino,a,,,", "q2,ann,relsim,dino,b,,,").Agreement);

    [Fact]
    public void Run_MethodThatAlwaysWins_SaysWhyThereAreNoStrengths()
    {
        StudyReport report = Run("q1,ann,relsim,dino,a,,,", "q2,ann,relsim,dino,tie,,,");

        Assert.Null(report.Strengths);
        Assert.Contains("never lost", report.StrengthsRefused, StringComparison.Ordinal);
        Assert.Contains(report.StrengthsRefused!, report.ToMarkdown(), StringComparison.Ordinal);
    }

    [Fact]
    public void Run_CountsOfOnePairInTwoRows_AddUp()
    {
        string path = _files.Write("counts.csv", "method_a,method_b,wins_a,ties,wins_b\nx,y,5,1,2\ny,x,1,0,3\n");

        PreferenceRow row = Assert.Single(StudyAnalysis.Run(VotesFile.Read(path)).Comparisons);

        Assert.Equal(("x", 8, 1, 3, 12), (row.MethodA, (int)row.WinsA.Count, (int)row.Ties.Count, (int)row.WinsB.Count, row.Ties.Total));
    }

    [Fact]
    public void Run_JudgeScores_AreComparedWithTheVotes()
    {
        // Of q1 the judge prefers a, of q2 b, of q3 neither; q4 has a candidate that was not judged, q5 no query.
        string judge = _files.Write("judge.json", Judge(
            ("relsim", [(1, "img/1.png", "11.png", "8"), (2, "img/2.png", "12.png", "3"), (3, "img/3.png", "13.png", "5"), (4, "img/4.png", "14.png", "null")]),
            ("DINO", [(1, "img/1.png", "21.png", "2"), (2, "img/2.png", "22.png", "7.5"), (3, "img/3.png", "23.png", "5"), (4, "img/4.png", "24.png", "1")])));
        string[] rows =
        [
            "q1,ann,relsim,dino,a,1,11,21", "q1,ben,dino,relsim,b,1,21,11", "q1,cy,relsim,dino,b,1,11,21",
            "q2,ann,relsim,dino,b,img/2.png,,", "q2,ben,relsim,dino,tie,img/2.png,,", "q2,cy,relsim,dino,b,img/2.png,,",
            "q3,ann,relsim,dino,a,3.png,,", "q3,ben,relsim,dino,b,3.png,,",
            "q4,ann,relsim,dino,a,4,,", "q5,ann,relsim,dino,a,,,",
        ];

        StudyReport report = StudyAnalysis.Run(VotesFile.Read(Write(rows)), JudgeScores.Read(judge));

        // Votes with the judge: 2 of 3, 2 of 2, and half of 2. Majorities a, b, tie as the judge has it.
        Assert.Equal(5.0 / 7, report.Judge!.Accuracy.Mean, 1e-12);
        Assert.Equal(1, report.Judge.Kappa.Mean, 1e-12);
        Assert.Equal((3, 2, "judge.json"), (report.Judge.Questions, report.Judge.Unmatched, report.Judge.Judge));
        Assert.Contains("judge.json on 3 questions (2 left out", report.ToMarkdown(), StringComparison.Ordinal);
    }

    [Fact]
    public void Run_JudgeWithinTheTieBand_IsATieOfTheJudge()
    {
        JudgeScores judge = JudgeScores.Read(_files.Write("judge.json", Judge(("relsim", [(1, "1.png", "a.png", "6")]), ("dino", [(1, "1.png", "b.png", "5")]))));
        VotesFile votes = VotesFile.Read(Write("q1,ann,relsim,dino,a,1,,"));

        Assert.Equal(1, StudyAnalysis.Run(votes, judge).Judge!.Accuracy.Mean);
        Assert.Equal(0.5, StudyAnalysis.Run(votes, judge, new StudyOptions { TieBand = 1 }).Judge!.Accuracy.Mean);
    }

    [Fact]
    public void Run_JudgeOfAnotherCandidate_DoesNotCount()
    {
        JudgeScores judge = JudgeScores.Read(_files.Write("judge.json", Judge(("relsim", [(1, "1.png", "a.png", "6")]), ("dino", [(1, "1.png", "b.png", "5")]))));

        Assert.Equal(1, StudyAnalysis.Run(VotesFile.Read(Write("q1,ann,relsim,dino,a,1,a,c")), judge).Judge!.Unmatched);
    }

    [Fact]
    public void Run_JudgeBesideCounts_IsRefused()
    {
        JudgeScores judge = JudgeScores.Read(_files.Write("judge.json", Judge()));
        Assert.Contains("holds counts", Assert.Throws<ArgumentException>(() => StudyAnalysis.Run(VotesFile.Read(PublishedCounts()), judge)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("no json")]
    [InlineData("{\"detailed_results\": {\"relsim\": 3}}")]
    [InlineData("{\"detailed_results\": {\"relsim\": [{\"rank\": \"one\"}]}}")]
    public void JudgeScores_FileOfNoJudge_IsNamed(string text) => Assert.StartsWith(
        _files["judge.json"] + ": these are no results of a judge",
        Assert.Throws<DatasetFormatException>(() => JudgeScores.Read(_files.Write("judge.json", text))).Message,
        StringComparison.Ordinal);

    [Fact]
    public void JudgeScores_SeveralOfOnePair_AreAveragedAndOtherRanksLeftOut()
    {
        JudgeScores judge = JudgeScores.Read(_files.Write("judge.json", """
            {"detailed_results": {"relsim": [
              {"query_id": "q", "retrieved_image": "a.png", "rank": 1, "score": 4},
              {"query_id": "q", "retrieved_image": "a.png", "rank": 1, "score": 7},
              {"query_id": "q", "retrieved_image": "b.png", "rank": 2, "score": 0}]}}
            """));
        Assert.Equal(5.5, judge.Find("RELSIM", "q", null));
        Assert.Equal(5.5, judge.Find("relsim", "q", "a"));
        Assert.Null(judge.Find("relsim", "q", "b.png"));
        Assert.Null(judge.Find("dino", "q", null));
    }

    [Fact]
    public void ToJson_AnyReport_ReadsBackAsItself()
    {
        StudyReport[] reports =
        [
            StudyAnalysis.Run(VotesFile.Read(PublishedCounts())),
            Run("q1,ann,relsim,dino,tie,,,", "q1,ben,relsim,dino,tie,,,"), // undefined agreement, no sign test, no strengths
            Run("q1,ann,relsim,dino,a,,,", "q1,ben,relsim,dino,tie,,,", "q2,ben,relsim,dino,b,,,", "q2,ann,relsim,dino,b,,,"),
        ];
        foreach (StudyReport report in reports)
        {
            StudyReport read = StudyReport.FromJson(report.ToJson());
            Assert.Equal(report.ToJson(), read.ToJson());
            Assert.Equal(report.ToMarkdown(), read.ToMarkdown());
            Assert.Equal(report.Comparisons, read.Comparisons);
            Assert.Equal(report.Agreement, read.Agreement);
        }

        Assert.Throws<JsonException>(() => StudyReport.FromJson("{}"));
        Assert.Throws<JsonException>(() => StudyReport.FromJson("null"));
    }

    private static bool SameButHolm(PreferenceRow first, PreferenceRow second) => first with { SignTestHolm = 0 } == second with { SignTestHolm = 0 }
        && (double.IsNaN(first.SignTestHolm) || Math.Abs(first.SignTestHolm - second.SignTestHolm) < 1e-12);

    private static string Mirror(string row)
    {
        string[] fields = row.Split(',');
        return $"{fields[0]},{fields[1]},{fields[3]},{fields[2]},{Answers[2 - Array.IndexOf(Answers, fields[4])]},,,";
    }

    private static string Judge(params (string Method, (int Id, string Query, string Image, string Score)[] Results)[] methods)
    {
        IEnumerable<string> lists = methods.Select(method => $"\"{method.Method}\": [{string.Join(',', method.Results.Select(Result))}]");
        return $$"""{"config": {}, "summary": {}, "detailed_results": { {{string.Join(',', lists)}} } }""";
    }

    private static string Result((int Id, string Query, string Image, string Score) result) =>
        $$"""{"query_id": {{result.Id}}, "query_image": "{{result.Query}}", "retrieved_image": "{{result.Image}}", "rank": 1, "response": "", "score": {{result.Score}}}""";

    private static string PublishedCounts()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "Relsim.slnx")))
        {
            folder = folder.Parent;
        }

        return Path.Combine(folder.FullName, "docs", "results", "published", "preference.csv");
    }

    private StudyReport Run(params string[] rows) => StudyAnalysis.Run(VotesFile.Read(Write(rows)), options: new StudyOptions { Resamples = 50 });

    private string Write(params string[] rows)
    {
        string name = $"{Guid.NewGuid():N}.csv";
        return _files.Write(name, string.Join('\n', rows.Prepend(Header)));
    }
}
