namespace DriveKD.Runs.Folders;

/// <summary>Clears away after a failure: the first failure is the one to report, a second one while clearing is not.</summary>
internal static class QuietDeletion
{
    /// <summary>Deletes a file if it is there and can be deleted.</summary>
    public static void File(string path) => Try(() => System.IO.File.Delete(path));

    /// <summary>Deletes a folder with all it holds if it is there and can be deleted.</summary>
    public static void Folder(string path) => Try(() => Directory.Delete(path, recursive: true));

    private static void Try(Action delete)
    {
        try
        {
            delete();
        }
        catch (IOException)
        {
            // See above.
        }
        catch (UnauthorizedAccessException)
        {
            // See above.
        }
    }
}
