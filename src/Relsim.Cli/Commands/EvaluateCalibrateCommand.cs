using System.CommandLine;
using System.Globalization;
using System.Text;
using Relsim.Datasets;
using Relsim.Evaluation.Calibration;
using Relsim.Torch.Encoders;
using Spectre.Console;

namespace Relsim.Cli.Commands;

/// <summary><c>relsim evaluate calibrate PAIRS.csv</c>: from a model's cosines to the probability that people call a pair related.</summary>
internal static class EvaluateCalibrateCommand
{
    public static Command Create()
    {
        var pairs = new Argument<string>("PAIRS.csv")
        {
            Description = "Labelled pairs, one a row: image_a,image_b,related (paths from the file's folder on) or score,related. related is 1 or 0, the share of people "
                + "who call the pair related, or, beside a column total, how many of so many do.",
        };
        var space = new Option<EmbeddingSpace>("--space") { Description = "'relational' (shared logic) or 'attribute' (looks).", DefaultValueFactory = _ => EmbeddingSpace.Relational };
        space.AcceptOnlyFromAmong("relational", "attribute");
        var method = new Option<CalibrationMethod?>("--method")
        {
            Description = $"'logistic' (default below {CalibrationOptions.PairsForIsotonic} pairs) or 'isotonic' (default from there on).",
        };
        method.AcceptOnlyFromAmong("logistic", "isotonic");
        var precision = new Option<double?>("--precision")
        {
            Description = "Choose the smallest score from which on this share of the pairs is related (default 0.9, and no threshold where that is out of reach).",
        };
        precision.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && result.GetValueOrDefault<double?>() is not (> 0 and <= 1))
            {
                result.AddError("--precision must be above 0 and at most 1.");
            }
        });
        var seed = new Option<int>("--seed") { Description = "Seed of the folds of the cross-validation.", DefaultValueFactory = _ => 1 };
        var output = new Option<string?>("--output") { Description = "File for the calibration (default: calibration.json in the model's folder, or the user's cache for the model that ships and those of the hub)." };
        var report = new Option<DirectoryInfo?>("--report") { Description = $"Folder for the reliability bins, the curve and the metrics ({CalibrationReport.FileName}), and their page (report.html)." };
        var command = new Command("calibrate", "Fit what a model's scores mean to people from labelled pairs; 'relsim score' then prints the probability.")
        {
            pairs, space, method, precision, seed, output, report,
        };
        ModelOption model = ModelOption.AddTo(command);
        command.SetAction(async (parse, cancellation) =>
        {
            var options = new CalibrationOptions
            {
                Space = parse.GetValue(space),
                Method = parse.GetValue(method),
                Precision = parse.GetValue(precision),
                Seed = parse.GetValue(seed),
            };
            PairsFile file = PairsFile.Read(parse.GetValue(pairs)!);
            using RelsimModel relsim = model.Load(parse);
            _ = relsim.Encoder.Dimension(options.Space);
            Output print = Output.Of(parse);
            CalibrationResult result = Calibrator.Fit(relsim.Encoder.Fingerprint, await ScoreAsync(relsim, file, options.Space, print, cancellation).ConfigureAwait(false), options);
            string path = Save(result.Calibration, parse.GetValue(output), relsim.Folder);
            if (parse.GetValue(report) is { } folder)
            {
                RunFolder.Begin(folder.FullName, parse, options.Seed, [file.FilePath], model);
                AtomicFile.Write(Path.Combine(folder.FullName, CalibrationReport.FileName), stream => stream.Write(Encoding.UTF8.GetBytes(result.Report.ToJson())));
                _ = RunFolder.WriteReport(folder.FullName);
            }

            Print(print, path, result, options.Method is null);
            return ExitCodes.Ok;
        });
        return command;
    }

    private static async Task<IReadOnlyList<LabelledScore>> ScoreAsync(
        RelsimModel relsim, PairsFile file, EmbeddingSpace space, Output print, CancellationToken cancellation)
    {
        if (file.Images.Count == 0)
        {
            print.Note($"note: the scores of {file.FilePath} are taken for the {space.ToString().ToLowerInvariant()} scores of {relsim.Encoder.ModelId}.");
            return file.WithScores(file.Scores);
        }

        using ProgressBar bar = print.StartProgress("Embedding");
        IReadOnlyList<float> scores = await relsim.ScorePairsAsync(file.Images, space, bar, cancellation).ConfigureAwait(false);
        return file.WithScores([.. scores.Select(score => (double)score)]);
    }

    private static string Save(ScoreCalibration calibration, string? output, string folder)
    {
        if (output is null)
        {
            return ModelCalibrations.Save(calibration, folder);
        }

        calibration.Save(output);
        return output;
    }

    private static void Print(Output print, string path, CalibrationResult result, bool methodIsDefault)
    {
        CalibrationReport report = result.Report;
        print.Write(new { output = path, result.Calibration, report }, console =>
        {
            string because = !methodIsDefault ? "" : report.Pairs < CalibrationOptions.PairsForIsotonic
                ? $" (the default below {CalibrationOptions.PairsForIsotonic} pairs)"
                : $" (the default from {CalibrationOptions.PairsForIsotonic} pairs on)";
            console.Write(new Text(string.Create(
                CultureInfo.InvariantCulture,
                $"{report.Method} curve{because} over {report.Pairs} pairs, {report.Related:0.##} of them related.\n\n")));
            PrintMetrics(console, report);
            PrintBins(console, report);
            console.Write(new Text($"{Threshold(report)}\n\nWritten to {path}\n"));
        });
    }

    private static void PrintMetrics(IAnsiConsole console, CalibrationReport report)
    {
        var table = Output.CreateTable("", ">Brier score", ">log loss", ">calibration error");
        foreach ((string name, CalibrationMetrics metrics) in new[] { ($"cross-validated, {report.Folds} folds", report.CrossValidated), ("in-sample", report.InSample) })
        {
            table.AddTextRow(name, Output.Number((float)metrics.Brier), Output.Number((float)metrics.LogLoss), Output.Number((float)metrics.CalibrationError));
        }

        console.Write(table);
        console.WriteLine();
    }

    private static void PrintBins(IAnsiConsole console, CalibrationReport report)
    {
        var table = Output.CreateTable("scores", ">pairs", ">predicted", "called related");
        foreach (ReliabilityBin bin in report.Bins)
        {
            table.AddTextRow(
                string.Create(CultureInfo.InvariantCulture, $"{bin.ScoreLow:0.000} to {bin.ScoreHigh:0.000}"),
                string.Create(CultureInfo.InvariantCulture, $"{bin.Observed.Total}"),
                string.Create(CultureInfo.InvariantCulture, $"{bin.Predicted:P1}"),
                bin.Observed.ToString());
        }

        console.Write(table);
        console.WriteLine();
    }

    private static string Threshold(CalibrationReport report) => report.Threshold is not { } threshold
        ? report.ThresholdRefused!
        : string.Create(
            CultureInfo.InvariantCulture,
            $"Threshold {threshold.Score:0.000}: precision {threshold.Precision:0.000} (95 % lower bound {threshold.PrecisionLow:0.000}) of the {threshold.Pairs} pairs at or above it, recall {threshold.Recall:0.000}.\n")
            + string.Create(
                CultureInfo.InvariantCulture,
                $"Chosen without the pairs it is measured on: precision {report.ThresholdCrossValidated!.Precision}, recall {report.ThresholdCrossValidated.Recall:0.000}.");
}
