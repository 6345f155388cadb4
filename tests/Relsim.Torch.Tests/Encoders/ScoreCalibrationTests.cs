using CsCheck;
using Relsim.Datasets;
using Relsim.Torch.Encoders;

namespace Relsim.Torch.Tests.Encoders;

public sealed class ScoreCalibrationTests : IDisposable
{
    private static readonly CalibrationCurve Logistic = new() { Method = CalibrationMethod.Logistic, Slope = 4, Intercept = -2 };

    private readonly TemporaryFolder _folder = new();

    private string Cache => _folder.File("cache");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Probability_Logistic_IsTheLogisticFunction()
    {
        Assert.Equal(0.5, Logistic.Probability(0.5), 1e-12);
        Assert.Equal(1 / (1 + Math.Exp(-2)), Logistic.Probability(1), 1e-12);
        Assert.Throws<ArgumentException>(() => Logistic.Probability(double.NaN));
    }

    [Fact]
    public void Probability_AnyKnots_RisesBetweenThemAndStopsAtTheEnds() => Gen.Select(Gen.Double[0.001, 1], Gen.Double[0, 1]).Array[1, 20].Sample(steps =>
    {
        double[] scores = [.. steps.Select((_, i) => steps.Take(i + 1).Sum(step => step.Item1))];
        double[] probabilities = [.. steps.Select(step => step.Item2).Order()];
        CalibrationCurve curve = new() { Method = CalibrationMethod.Isotonic, Knots = [.. scores.Zip(probabilities, (score, p) => new CalibrationKnot(score, p))] };

        Assert.All(scores.Zip(probabilities), knot => Assert.Equal(knot.Second, curve.Probability(knot.First), 1e-12));
        double[] along = [.. Enumerable.Range(-10, 1000).Select(i => curve.Probability(i * 0.02))];
        Assert.All(along.Zip(along.Skip(1)), pair => Assert.True(pair.First <= pair.Second));
        Assert.Equal((probabilities[0], probabilities[^1]), (curve.Probability(-9), curve.Probability(99)));
    });

    [Fact]
    public void Save_ThenLoad_IsTheSame()
    {
        foreach (CalibrationCurve curve in new[] { Logistic, new CalibrationCurve { Method = CalibrationMethod.Isotonic, Knots = [new(0.1, 0.2), new(0.7, 0.9)] } })
        {
            ScoreCalibration calibration = Create("m-1") with { Curve = curve };
            calibration.Save(_folder.File("c.json"));
            ScoreCalibration read = ScoreCalibration.Load(_folder.File("c.json"));

            Assert.Equal(curve.Knots, read.Curve.Knots);
            Assert.Equal(calibration, read with { Curve = curve });
            Assert.Equal(calibration.Probability(0.33), read.Probability(0.33));
        }
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("no json")]
    [InlineData("\"slope\": 4", "\"slope\": -4")]
    [InlineData("\"slope\": 4", "\"slope\": null")]
    [InlineData("\"logistic\"", "\"isotonic\"")]
    [InlineData("\"logistic\"", "\"cubic\"")]
    public void Load_FileThatIsNoCalibration_NamesItAndTheRemedy(string text, string? replacement = null)
    {
        string path = _folder.File("c.json");
        Create("m-1").Save(path);
        string saved = File.ReadAllText(path);
        Assert.True(replacement is null || saved.Contains(text, StringComparison.Ordinal));
        File.WriteAllText(path, replacement is null ? text : saved.Replace(text, replacement, StringComparison.Ordinal));

        string message = Assert.Throws<DatasetFormatException>(() => ScoreCalibration.Load(path)).Message;

        Assert.StartsWith(path, message, StringComparison.Ordinal);
        Assert.Contains("calibration", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_KnotsThatFall_AreRefused()
    {
        (Create("m-1") with { Curve = new CalibrationCurve { Method = CalibrationMethod.Isotonic, Knots = [new(0.1, 0.9), new(0.7, 0.2)] } }).Save(_folder.File("c.json"));
        Assert.Contains("do not fall", Assert.Throws<DatasetFormatException>(() => ScoreCalibration.Load(_folder.File("c.json"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Save_ModelInAFolder_LiesBesideItAndIsFound()
    {
        string model = Directory.CreateDirectory(_folder.File("model")).FullName;

        string path = ModelCalibrations.Save(Create("m-1"), model, Cache);
        string looks = ModelCalibrations.Save(Create("m-1") with { Space = EmbeddingSpace.Attribute, Pairs = 77 }, model, Cache);

        Assert.Equal(Path.Combine(model, "calibration.json"), path);
        Assert.Equal(Path.Combine(model, "calibration-attribute.json"), looks);
        Assert.Equal((new FoundCalibration(Create("m-1"), null), 77), (Find("m-1", model), ModelCalibrations.Find("m-1", model, EmbeddingSpace.Attribute, Cache).Calibration!.Pairs));
        Assert.Equal(new FoundCalibration(null, null), Find("m-1", _folder.FullName));
    }

    [Fact]
    public void Save_ModelThatShipsOrOfTheHubOrAnothersFile_GoesToTheCacheAndIsFound()
    {
        string model = Directory.CreateDirectory(_folder.File("model")).FullName;
        ModelCalibrations.Save(Create("m-1"), model, Cache);

        string other = ModelCalibrations.Save(Create("m/2") with { Pairs = 55 }, model, Cache);
        string mini = ModelCalibrations.Save(Create("mini-1"), MiniEncoder.DefaultFolder, Cache);
        string hub = ModelCalibrations.Save(Create("hub-1"), Directory.CreateDirectory(_folder.File("models--a--b/snapshots/0123")).FullName, Cache);

        Assert.Equal(Path.Combine(Cache, "m_2-relational.json"), other);
        Assert.Equal(Path.Combine(Cache, "mini-1-relational.json"), mini);
        Assert.Equal(Path.Combine(Cache, "hub-1-relational.json"), hub);
        Assert.Equal(55, Find("m/2", model).Calibration!.Pairs);
        Assert.Null(Find("m/2", model).Note);
        Assert.Equal(Create("m-1"), Find("m-1", model).Calibration);
        Assert.Equal(Create("mini-1"), Find("mini-1", MiniEncoder.DefaultFolder).Calibration);
    }

    [Fact]
    public void Save_FolderThatCannotBeWritten_GoesToTheCache()
    {
        // A file where the folder should be: no account, not even root, can write below it.
        File.WriteAllText(_folder.File("model"), "");

        Assert.Equal(Path.Combine(Cache, "m-1-relational.json"), ModelCalibrations.Save(Create("m-1"), _folder.File("model"), Cache));
    }

    [Fact]
    public void Find_CalibrationOfAnotherModelOrSpace_IsPassedOverWithANote()
    {
        ModelCalibrations.Save(Create("m-1"), _folder.FullName, Cache);
        FoundCalibration other = Find("m-2", _folder.FullName);
        File.Copy(_folder.File("calibration.json"), _folder.File("calibration-attribute.json"));
        FoundCalibration space = ModelCalibrations.Find("m-1", _folder.FullName, EmbeddingSpace.Attribute, Cache);

        Assert.All([other, space], found => Assert.Null(found.Calibration));
        Assert.All(["m-1", "m-2", "calibration.json", "relsim evaluate calibrate"], part => Assert.Contains(part, other.Note, StringComparison.Ordinal));
        Assert.Contains("relational scores of m-1", space.Note, StringComparison.Ordinal);
    }

    [Fact]
    public void Find_BrokenFile_IsPassedOverWithANote()
    {
        File.WriteAllText(_folder.File("calibration.json"), "{");
        Assert.StartsWith(_folder.File("calibration.json"), Find("m-1", _folder.FullName).Note, StringComparison.Ordinal);
    }

    private FoundCalibration Find(string fingerprint, string folder)
    {
        FoundCalibration found = ModelCalibrations.Find(fingerprint, folder, EmbeddingSpace.Relational, Cache);
        // Lists are compared by reference: put the one in that is expected.
        return found.Calibration is { Curve.Method: CalibrationMethod.Logistic } calibration ? found with { Calibration = calibration with { Curve = Logistic } } : found;
    }

    private static ScoreCalibration Create(string fingerprint) => new()
    {
        Fingerprint = fingerprint,
        Space = EmbeddingSpace.Relational,
        Curve = Logistic,
        Pairs = 40,
        Related = 20.5,
        Metrics = new CalibrationMetrics(0.1, 0.3, 0.05),
        Threshold = new CalibrationThreshold(0.6, 0.9, 0.92, 0.75, 0.5, 12),
    };
}
