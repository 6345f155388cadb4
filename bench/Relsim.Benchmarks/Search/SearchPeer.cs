using System.Diagnostics;
using System.Globalization;

namespace Relsim.Benchmarks.Search;

/// <summary>The running peer, search_peer.py: one question a line, one answer a line.</summary>
internal sealed class SearchPeer : IDisposable
{
    private readonly Process _process;

    private SearchPeer(Process process, string about) => (_process, About) = (process, about);

    /// <summary>Versions, threads and matrix library of the peer.</summary>
    public string About { get; }

    /// <summary>Starts the peer and waits until its index is filled; null when it cannot run here.</summary>
    public static SearchPeer? Start(string file, int rows, int dimension, int queries, int topK)
    {
        string script = Path.Combine(AppContext.BaseDirectory, "Search", "search_peer.py");
        Process process = Process.Start(new ProcessStartInfo("/usr/bin/python3", [script, file, $"{rows}", $"{dimension}", $"{queries}", $"{topK}"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        return process.StandardOutput.ReadLine() is { } about ? new SearchPeer(process, about) : null;
    }

    public (double Seconds, long[] Ids) Search(int first, int count)
    {
        _process.StandardInput.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{first} {count}"));
        _process.StandardInput.Flush();
        string[] answer = _process.StandardOutput.ReadLine()!.Split(' ');
        return (double.Parse(answer[0], CultureInfo.InvariantCulture), [.. answer.Skip(1).Select(id => long.Parse(id, CultureInfo.InvariantCulture))]);
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }
}
