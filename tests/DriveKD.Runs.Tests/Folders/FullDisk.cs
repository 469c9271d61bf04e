namespace DriveKD.Runs.Tests.Folders;

/// <summary>A disk without room: the device /dev/full, which takes no byte.</summary>
internal static class FullDisk
{
    private const string Device = "/dev/full";

    /// <summary>Makes every write to a name fail as on a full disk; skips the test where the device is missing.</summary>
    public static void At(string path)
    {
        Assert.SkipUnless(File.Exists(Device), "needs the device /dev/full");
        File.CreateSymbolicLink(path, Device);
    }
}
