namespace Relsim.Cli;

/// <summary>What the process says to the shell.</summary>
internal static class ExitCodes
{
    /// <summary>All was done.</summary>
    public const int Ok = 0;

    /// <summary>Nothing of use was done; standard error says why.</summary>
    public const int Failed = 1;

    /// <summary>The command line could not be understood.</summary>
    public const int Usage = 2;

    /// <summary>Some pictures could not be read; everything else was done.</summary>
    public const int PartlyDone = 3;

    /// <summary>Stopped by Ctrl-C (128 + SIGINT).</summary>
    public const int Interrupted = 130;

    /// <summary>Stopped by SIGTERM (128 + SIGTERM).</summary>
    public const int Terminated = 143;

    /// <summary>The code for a run in which some pictures, or all, could not be read.</summary>
    public static int Of(int done, int failed) => failed == 0 ? Ok : done > 0 ? PartlyDone : Failed;
}
