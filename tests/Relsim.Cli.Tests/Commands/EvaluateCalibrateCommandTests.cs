using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Relsim.Evaluation.Calibration;
using Relsim.Torch.Encoders;

namespace Relsim.Cli.Tests.Commands;

public sealed class EvaluateCalibrateCommandTests(TinyModel tiny) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Calibrate_PairsOfTheModelThatShips_AreScoredAsScoreDoes()
    {
        Assert.SkipUnless(File.Exists(Path.Combine(MiniEncoder.DefaultFolder, "model.safetensors")), "models/mini/model.safetensors is missing.");
        string pairs = WritePairs(await ScoresAsync(24));

        CliResult result = await Cli.RunAsync("evaluate", "calibrate", pairs, "--output", _folder["c.json"], "--report", _folder["report"], "--precision", "0.6", "--json");

        Assert.Equal((ExitCodes.Ok, ""), (result.ExitCode, result.Error));
        ScoreCalibration calibration = ScoreCalibration.Load(_folder["c.json"]);
        Assert.Equal((24, CalibrationMethod.Logistic, EmbeddingSpace.Relational), (calibration.Pairs, calibration.Curve.Method, calibration.Space));
        CalibrationReport report = CalibrationReport.FromJson(await File.ReadAllTextAsync(_folder["report/calibration-report.json"], TestContext.Current.CancellationToken));
        Assert.Equal(calibration.Fingerprint, report.Model);
        Assert.Contains("From score to probability", await File.ReadAllTextAsync(_folder["report/report.html"], TestContext.Current.CancellationToken), StringComparison.Ordinal);
        JsonElement score = (await Cli.RunAsync("score", _folder["p/00000.png"], _folder["p/00001.png"], "--json")).Json;
        Assert.InRange(score.GetProperty("relational").GetDouble(), report.Curve[0].Score - 1e-4, report.Curve[^1].Score + 1e-4);
        Assert.Equal("logistic", result.Json.GetProperty("report").GetProperty("method").GetString());
        Assert.Equal(0.6, result.Json.GetProperty("calibration").GetProperty("threshold").GetProperty("target").GetDouble());
    }

    [Fact]
    public async Task Calibrate_ModelInAFolder_LetsScorePrintTheProbability()
    {
        string model = CopyOfTheTinyModel(), pairs = WriteScores(300);
        string a = _folder.Write("a.png", Pictures.Png(1)), b = _folder.Write("b.png", Pictures.Png(2));
        JsonElement before = (await Cli.RunAsync("score", a, b, "--model", model, "--json")).Json;

        CliResult calibrate = await Cli.RunAsync("evaluate", "calibrate", pairs, "--model", model);
        CliResult json = await Cli.RunAsync("score", a, b, "--model", model, "--json");
        CliResult text = await Cli.RunAsync("score", a, b, "--model", model);

        Assert.Equal(ExitCodes.Ok, calibrate.ExitCode);
        Assert.Contains("Isotonic curve (the default from 200 pairs on) over 300 pairs", calibrate.Output, StringComparison.Ordinal);
        Assert.Contains("cross-validated, 5 folds", calibrate.Output, StringComparison.Ordinal);
        Assert.Contains("are taken for the relational scores of tiny-1", calibrate.Error, StringComparison.Ordinal);
        ScoreCalibration calibration = ScoreCalibration.Load(Path.Combine(model, "calibration.json"));
        double expected = calibration.Probability(json.Json.GetProperty("relational").GetSingle());
        Assert.Equal(JsonValueKind.Null, before.GetProperty("related_probability").ValueKind);
        Assert.Equal(JsonValueKind.Null, before.GetProperty("is_related").ValueKind);
        Assert.Equal(expected, json.Json.GetProperty("related_probability").GetDouble(), 1e-12);
        Assert.Equal(json.Json.GetProperty("relational").GetSingle() >= calibration.Threshold!.Score, json.Json.GetProperty("is_related").GetBoolean());
        Assert.Matches($@"probability that people call it related\s+{Regex.Escape(Output.Number((float)expected))}\n", text.Output);
        Assert.Contains(json.Json.GetProperty("is_related").GetBoolean() ? "\nRelated: at or above the threshold" : "\nNot related: below the threshold", text.Output, StringComparison.Ordinal);
        Assert.Empty(text.Error);
    }

    [Fact]
    public async Task Score_CalibrationOfAnotherModel_IsNotUsedAndSaysSo()
    {
        string model = CopyOfTheTinyModel(), a = _folder.Write("a.png", Pictures.Png(1));
        await Cli.RunAsync("evaluate", "calibrate", WriteScores(50), "--model", tiny.CopyWithOtherId(), "--output", Path.Combine(model, "calibration.json"));

        CliResult result = await Cli.RunAsync("score", a, a, "--model", model, "--json");

        Assert.Equal(ExitCodes.Ok, result.ExitCode);
        Assert.Equal(JsonValueKind.Null, result.Json.GetProperty("related_probability").ValueKind);
        Assert.StartsWith($"note: {Path.Combine(model, "calibration.json")} belongs to", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Calibrate_SpaceAndMethod_AreThoseAskedFor()
    {
        string model = CopyOfTheTinyModel();

        CliResult result = await Cli.RunAsync("evaluate", "calibrate", WriteScores(60), "--model", model, "--space", "attribute", "--method", "isotonic");

        ScoreCalibration calibration = ScoreCalibration.Load(Path.Combine(model, "calibration-attribute.json"));
        Assert.Equal((ExitCodes.Ok, EmbeddingSpace.Attribute, CalibrationMethod.Isotonic), (result.ExitCode, calibration.Space, calibration.Curve.Method));
        Assert.False(File.Exists(Path.Combine(model, "calibration.json")));
    }

    [Fact]
    public async Task Calibrate_BadInputs_SayWhatIsWrongAndWriteNothing()
    {
        string few = WriteScores(10), broken = _folder.Write("broken.csv", "score,related\n0.5,yes\n");
        string picture = _folder.Write("images.csv", "image_a,image_b,related\ngone.png,gone.png,1\n");
        string out5 = _folder.Write("five.csv", "score,related\n" + string.Concat(Enumerable.Range(0, 40).Select(i => $"0.{i + 10},{(i < 20 ? "0.1" : "0.5")}\n")));
        (string[] Args, string Reason)[] wrong =
        [
            ([few], "10 labelled pairs"),
            ([broken], "broken.csv, line 2: related is 'yes'"),
            ([picture], $"{_folder["gone.png"]}: "),
            ([out5, "--precision", "0.9"], "No score reaches a precision of 0.9: the best is 0.500"),
        ];
        foreach ((string[] args, string reason) in wrong)
        {
            CliResult result = await Cli.RunAsync(["evaluate", "calibrate", .. args, "--model", tiny.Folder, "--output", _folder["c.json"]]);

            Assert.Equal(ExitCodes.Failed, result.ExitCode);
            Assert.Contains(reason, result.Error, StringComparison.Ordinal);
            Assert.Empty(result.Output);
            Assert.False(File.Exists(_folder["c.json"]));
        }

        Assert.Equal(ExitCodes.Usage, (await Cli.RunAsync("evaluate", "calibrate", few, "--precision", "1.5")).ExitCode);
        Assert.Equal(ExitCodes.Usage, (await Cli.RunAsync("evaluate", "calibrate", few, "--method", "cubic")).ExitCode);
    }

    private string CopyOfTheTinyModel()
    {
        string copy = Directory.CreateDirectory(_folder["model"]).FullName;
        foreach (string file in Directory.GetFiles(tiny.Folder))
        {
            File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
        }

        return copy;
    }

    /// <summary>Scores of pictures beside the first one, so that labels can follow them.</summary>
    private async Task<float[]> ScoresAsync(int count)
    {
        Pictures.WriteFolder(_folder, "p", count + 1);
        using RelsimModel mini = RelsimModel.LoadDefault();
        return [.. await mini.ScorePairsAsync(
            [.. Enumerable.Range(1, count).Select(i => (_folder["p/00000.png"], _folder[$"p/{i:D5}.png"]))], cancellationToken: TestContext.Current.CancellationToken)];
    }

    /// <summary>Pairs labelled by their scores' upper half, with one in four the wrong way round.</summary>
    private string WritePairs(float[] scores)
    {
        float middle = scores.Order().ElementAt(scores.Length / 2);
        return _folder.Write("pairs.csv", "image_a,image_b,related\n" + string.Concat(
            scores.Select((score, i) => $"p/00000.png,p/{i + 1:D5}.png,{(score >= middle != (i % 4 == 0) ? 1 : 0)}\n")));
    }

    private string WriteScores(int count)
    {
        var random = new Random(count);
        IEnumerable<string> rows = Enumerable.Range(0, count).Select(i =>
        {
            double score = (double)i / count;
            return string.Create(CultureInfo.InvariantCulture, $"{score},{(random.NextDouble() < score * score * 1.2 ? 1 : 0)}\n");
        });
        return _folder.Write($"scores-{count}.csv", "score,related\n" + string.Concat(rows));
    }
}
