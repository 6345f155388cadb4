using System.Globalization;
using Relsim.Evaluation.Retrieval;

namespace Relsim.Evaluation.Reports.Sections;

/// <summary>Where the numbers come from, and what is not in them.</summary>
internal static class ProvenanceSection
{
    /// <summary>Pictures that could not be read; null where all could.</summary>
    public static ReportPart? Errors(IReadOnlyList<(string Path, string Where, string Reason)> errors)
    {
        if (errors.Count == 0)
        {
            return null;
        }

        Html table = Markup.Table(
            Html.Of($"{NumberText.Count(errors.Count, "picture", "pictures")} that could not be read or described. None was replaced by another picture."),
            ["Picture", "<where", "<why"],
            errors.Select(error => (Html.Of($"<span class=\"path\">{error.Path}</span>"), (IReadOnlyList<Html>)[Markup.Text(error.Where), Markup.Text(error.Reason)])));
        return new ReportPart("errors", "What is missing", Html.Of($"<p>{NumberText.Count(errors.Count, "picture", "pictures")} could not be read or described.</p>"), table);
    }

    /// <summary>Commands, seeds, models, versions and machines.</summary>
    public static ReportPart Of(EvaluationFolder folder) => new("provenance", "Where this comes from", Html.Empty, Html.Of($"""
        {(folder.Provenance.Count == 0
            ? Html.Of($"<p class=\"note\">The folder has no {Provenance.FileName}: how its numbers came to be is known only as far as the results say it themselves.</p>")
            : Html.Each(folder.Provenance, Run))}
        {(folder.Retrieval is { } retrieval ? Methods(retrieval) : Html.Empty)}
        """));

    private static Html Run(Provenance run)
    {
        (string Name, string Value)[] lines =
        [
            ("Command", run.CommandLine),
            ("Seed", run.Seed?.ToString(CultureInfo.InvariantCulture) ?? "none"),
            .. run.Inputs.Select(input => ("Input", $"{input.Path}, {NumberText.Count(input.Bytes, "byte", "bytes")}, SHA-256 {input.Sha256}")),
            ("Versions", string.Join(", ", Versions(run.Versions))),
            ("Machine", string.Join(", ", Machine(run.Machine))),
            ("Started", run.Started.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture)),
        ];
        return Html.Of($"""
            <h3>{run.Command}</h3>
            <dl class="provenance">{Html.Each(lines, line => Html.Of($"<div><dt>{line.Name}</dt><dd>{line.Value}</dd></div>"))}</dl>
            """);
    }

    private static IEnumerable<string> Versions(VersionProvenance versions) =>
        new[] { $"Relsim.NET {versions.Program}", versions.Runtime, versions.Libtorch is { } torch ? $"libtorch {torch}" : "", versions.System }.Where(part => part.Length > 0);

    private static IEnumerable<string> Machine(MachineProvenance machine) =>
        new[] { machine.Processor, NumberText.Count(machine.Cores, "core", "cores"), $"{NumberText.Count(machine.MemoryMiB)} MiB", machine.Accelerator ?? "" }.Where(part => part.Length > 0);

    private static Html Methods(RetrievalReport report) => Markup.Table(
        Html.Of($"The methods of the retrieval: what they are, and in which direction their scores run."),
        ["Method", "closer is", "range", "<fingerprint", "<source", "not described"],
        report.Methods.Select(method => (Markup.Text(method.Name), (IReadOnlyList<Html>)
        [
            Markup.Text(method.Direction == Relsim.Evaluation.Methods.ScoreDirection.HigherIsCloser ? "higher" : "lower"),
            Markup.Text($"{NumberText.Short(method.Range.Minimum)} to {(method.Range.Maximum is { } most ? NumberText.Short(most) : "any")}"),
            Html.Of($"<span class=\"path\">{method.Fingerprint}</span>"), Html.Of($"<span class=\"prose\">{method.Source}</span>"), Markup.Text(NumberText.Count(method.UndescribedImages)),
        ])));
}
