namespace Relsim.Evaluation.Study;

/// <summary>
/// Whether strengths have a finite estimate: every method must reach every other along 'won against' (Ford 1957). A tie leads both ways, but only where wins go round
/// somewhere: else rising strengths and rising odds of ties can explain the votes ever better together.
/// </summary>
internal static class ComparisonGraph
{
    /// <summary>Why not, as a sentence; null where they have.</summary>
    public static string? Refusal(string[] methods, (int A, int B, double WinsA, double Ties, double WinsB)[] pairs)
    {
        int count = methods.Length;
        if (count == 0)
        {
            return "There is no vote.";
        }

        bool[,] compared = new bool[count, count], won = new bool[count, count];
        foreach ((int a, int b, double winsA, double _, double winsB) in pairs)
        {
            compared[a, b] = compared[b, a] = true;
            won[a, b] = winsA > 0;
            won[b, a] = winsB > 0;
        }

        Close(compared);
        return Groups(methods, compared) is { Length: > 1 } groups
            ? $"The comparisons fall into {groups.Length} groups that nothing connects: {string.Join("; ", groups.Select(Names))}. Votes on a pair across them would connect them."
            : pairs.All(pair => pair.WinsA == 0 && pair.WinsB == 0) ? "Every vote is a tie: that tells no strengths."
            : RefuseUnbeaten(methods, won, pairs);
    }

    private static string? RefuseUnbeaten(string[] methods, bool[,] won, (int A, int B, double WinsA, double Ties, double WinsB)[] pairs)
    {
        Close(won);
        bool tiesLead = Enumerable.Range(0, methods.Length).Any(method => won[method, method]);
        foreach ((int a, int b, double _, double ties, double _) in pairs.Where(pair => tiesLead && pair.Ties > 0))
        {
            won[a, b] = won[b, a] = true;
        }

        Close(won);
        int[] all = [.. Enumerable.Range(0, methods.Length)];
        var groups = all.GroupBy(method => all.First(other => other == method || (won[method, other] && won[other, method]))).Select(group => group.ToArray()).ToArray();
        if (groups.Length == 1)
        {
            return null;
        }

        // Of the methods above all others and those below, the fewer are the easier to see.
        var top = groups.Where(group => !all.Except(group).Any(other => won[other, group[0]])).Select(group => (Group: group, Verb: "lost"));
        var bottom = groups.Where(group => !all.Except(group).Any(other => won[group[0], other])).Select(group => (Group: group, Verb: "won"));
        (int[] extreme, string verb) = top.Concat(bottom).OrderBy(end => end.Group.Length).First();
        return $"{Names(extreme.Select(method => methods[method]))} never {verb}{(tiesLead ? " or tied" : "")} against the other methods: "
            + "the likelihood rises without end with the distance between them, so strengths have no finite estimate, and none is made up. More votes may settle it.";
    }

    private static string[][] Groups(string[] methods, bool[,] compared)
    {
        int[] all = [.. Enumerable.Range(0, methods.Length)];
        return [.. all.GroupBy(method => all.First(other => other == method || compared[method, other])).Select(group => group.Select(method => methods[method]).ToArray())];
    }

    private static string Names(IEnumerable<string> methods) => string.Join(", ", methods);

    /// <summary>Transitive closure (Warshall 1962).</summary>
    private static void Close(bool[,] reaches)
    {
        int count = reaches.GetLength(0);
        for (int via = 0; via < count; via++)
        {
            for (int from = 0; from < count; from++)
            {
                for (int to = 0; reaches[from, via] && to < count; to++)
                {
                    reaches[from, to] |= reaches[via, to];
                }
            }
        }
    }
}
