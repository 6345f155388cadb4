using System.Text.Json;
using Relsim.Datasets;
using Relsim.Evaluation.Calibration;
using Relsim.Evaluation.Judging;
using Relsim.Evaluation.Retrieval;
using Relsim.Evaluation.Study;

namespace Relsim.Evaluation.Reports.Sections;

/// <summary>Whatever of a run's files a folder holds.</summary>
internal sealed record EvaluationFolder
{
    public const string JudgeFile = "judge-report.json";
    public const string StudyFile = "study.json";

    /// <summary>The folder.</summary>
    public required string Path { get; init; }

    public RetrievalReport? Retrieval { get; init; }

    public IReadOnlyDictionary<string, IReadOnlyList<RetrievedQuery>>? Retrieved { get; init; }

    public JudgeReport? Judge { get; init; }

    public StudyReport? Study { get; init; }

    public CalibrationReport? Calibration { get; init; }

    public JointScores? Joint { get; init; }

    public required IReadOnlyList<Provenance> Provenance { get; init; }

    /// <summary>The seed of whatever the report chooses: the run's own.</summary>
    public int Seed => Retrieval?.Seed ?? Judge?.Seed ?? Study?.Seed ?? Calibration?.Seed ?? 1;

    /// <summary>Reads what there is.</summary>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="DatasetFormatException">A file is of another form, or the folder holds no result at all.</exception>
    public static EvaluationFolder Read(string path)
    {
        if (!Directory.Exists(path))
        {
            throw new DirectoryNotFoundException($"{path}: there is no such folder. Give the folder that an evaluation wrote (its --output).");
        }

        string retrieved = System.IO.Path.Combine(path, RetrievalFiles.Images);
        var folder = new EvaluationFolder
        {
            Path = path,
            Retrieval = Parse(path, RetrievalFiles.Report, RetrievalReport.FromJson),
            Retrieved = File.Exists(retrieved) ? RetrievedImages.Read(retrieved) : null,
            Judge = Parse(path, JudgeFile, JudgeReport.FromJson),
            Study = Parse(path, StudyFile, StudyReport.FromJson),
            Calibration = Parse(path, CalibrationReport.FileName, CalibrationReport.FromJson),
            Joint = JointScores.Read(path),
            Provenance = Reports.Provenance.Read(path),
        };
        bool isEmpty = folder is { Retrieval: null, Retrieved: null, Judge: null, Study: null, Calibration: null };
        string[] files = [RetrievalFiles.Report, RetrievalFiles.Images, JudgeFile, StudyFile, CalibrationReport.FileName];
        return isEmpty
            ? throw new DatasetFormatException(path, $"the folder holds no result: none of {string.Join(", ", files)}. Run an evaluation with --output {path} first.")
            : folder;
    }

    private static T? Parse<T>(string folder, string name, Func<string, T?> parse)
        where T : class
    {
        string path = System.IO.Path.Combine(folder, name);
        try
        {
            return File.Exists(path) ? parse(File.ReadAllText(path)) : null;
        }
        catch (JsonException e)
        {
            throw new DatasetFormatException(path, (int)(e.LineNumber ?? 0) + 1, $"this is not what an evaluation wrote ({e.Message.Split(" Path:", 2)[0]}). Run it again.", e);
        }
    }
}
