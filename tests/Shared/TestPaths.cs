namespace DriveKD.Tests;

/// <summary>Where the repository and the reference data beside it lie.</summary>
internal static class TestPaths
{
    /// <summary>The folder that holds DriveKD.slnx.</summary>
    public static string Repository { get; } = FindRepository();

    /// <summary>The reference data beside the repository; tests that need it skip where it is absent.</summary>
    public static string Shared => Path.GetFullPath(Path.Combine(Repository, "..", "shared"));

    /// <summary>A path under the reference data; skips the test where the reference data is absent.</summary>
    public static string RequireShared(params string[] parts)
    {
        Assert.SkipUnless(Directory.Exists(Shared), "needs the reference data folder ../shared");
        string path = Path.Combine([Shared, .. parts]);
        Assert.True(Path.Exists(path), $"{path} is missing from the reference data");
        return path;
    }

    /// <summary>A file under tests/Assets, kept in the repository.</summary>
    public static string Asset(params string[] parts) => Path.Combine([Repository, "tests", "Assets", .. parts]);

    private static string FindRepository()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "DriveKD.slnx")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException("DriveKD.slnx was not found above the test assembly.");
    }
}
