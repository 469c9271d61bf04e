using DriveKD.Data.Errors;
using DriveKD.Runs.Folders;
using DriveKD.Tests;

namespace DriveKD.Runs.Tests.Folders;

public sealed class AtomicFolderTests
{
    [Fact]
    public void Write_FilesAndFolders_AppearTogether()
    {
        using TemporaryFolder folder = new();

        AtomicFolder.Write(folder["out"], temporary =>
        {
            Assert.False(Directory.Exists(folder["out"]));
            File.WriteAllText(Path.Combine(temporary, "a"), "1");
            Directory.CreateDirectory(Path.Combine(temporary, "inner"));
            File.WriteAllText(Path.Combine(temporary, "inner", "b"), "2");
        });

        Assert.Equal("1", File.ReadAllText(folder["out", "a"]));
        Assert.Equal("2", File.ReadAllText(folder["out", "inner", "b"]));
        Assert.Single(Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void Write_CallbackThrows_LeavesNothing()
    {
        using TemporaryFolder folder = new();

        Assert.Throws<OperationCanceledException>(() => AtomicFolder.Write(folder["out"], temporary =>
        {
            File.WriteAllText(Path.Combine(temporary, "a"), "1");
            throw new OperationCanceledException();
        }));

        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void Write_DiskFull_LeavesNothing()
    {
        using TemporaryFolder folder = new();

        InputException exception = Assert.Throws<InputException>(() => AtomicFolder.Write(folder["out"], temporary =>
        {
            File.WriteAllText(Path.Combine(temporary, "a"), "1");
            FullDisk.At(Path.Combine(temporary, "b"));
            File.WriteAllText(Path.Combine(temporary, "b"), "2");
        }));

        Assert.Contains("No space left", exception.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void Write_RemainsOfACrash_AreClearedAway()
    {
        using TemporaryFolder folder = new();
        Directory.CreateDirectory(folder["out" + AtomicFile.TemporarySuffix]);
        File.WriteAllText(folder["out" + AtomicFile.TemporarySuffix, "stale"], "");

        AtomicFolder.Write(folder["out"] + Path.DirectorySeparatorChar, temporary => File.WriteAllText(Path.Combine(temporary, "a"), "1"));

        Assert.Equal([folder["out", "a"]], Directory.GetFileSystemEntries(folder["out"]));
    }

    [Fact]
    public void Write_ReadOnlyFile_IsKeptReadOnly()
    {
        using TemporaryFolder folder = new();

        AtomicFolder.Write(folder["out"], temporary =>
        {
            File.WriteAllText(Path.Combine(temporary, "a"), "1");
            File.SetAttributes(Path.Combine(temporary, "a"), FileAttributes.ReadOnly);
        });

        Assert.True(File.GetAttributes(folder["out", "a"]).HasFlag(FileAttributes.ReadOnly));
        File.SetAttributes(folder["out", "a"], FileAttributes.Normal);
    }

    [Fact]
    public void Write_NameTaken_TouchesNothing()
    {
        using TemporaryFolder folder = new();
        Directory.CreateDirectory(folder["out"]);
        bool called = false;

        Assert.Throws<InputException>(() => AtomicFolder.Write(folder["out"], _ => called = true));

        Assert.False(called);
    }
}
