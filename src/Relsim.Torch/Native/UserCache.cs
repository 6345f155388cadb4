namespace Relsim.Torch.Native;

/// <summary>Where this program keeps what it can make again.</summary>
public static class UserCache
{
    /// <summary>A folder of <c>relsim</c> in the user's cache (XDG_CACHE_HOME, else <c>~/.cache</c>); it need not exist.</summary>
    /// <exception cref="DirectoryNotFoundException">The account has no home folder.</exception>
    public static string Folder(string name)
    {
        string? cache = Environment.GetEnvironmentVariable("XDG_CACHE_HOME");
        if (!Path.IsPathFullyQualified(cache ?? ""))
        {
            string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
            cache = home.Length > 0 ? Path.Combine(home, ".cache") : throw new DirectoryNotFoundException("The account has no home folder.");
        }

        return Path.Combine(cache!, "relsim", name);
    }
}
