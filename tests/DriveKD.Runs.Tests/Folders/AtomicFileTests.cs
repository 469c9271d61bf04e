using System.Text;
using DriveKD.Data.Errors;
using DriveKD.Runs.Folders;
using DriveKD.Tests;

namespace DriveKD.Runs.Tests.Folders;

public sealed class AtomicFileTests
{
    [Fact]
    public void WriteText_NewAndExistingFile_HoldsTheTextAlone()
    {
        using TemporaryFolder folder = new();

        AtomicFile.WriteText(folder["a.txt"], "first, longer");
        AtomicFile.WriteText(folder["a.txt"], "é");

        Assert.Equal([0xC3, 0xA9], File.ReadAllBytes(folder["a.txt"]));
        Assert.Single(Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void Write_CallbackThrows_KeepsTheOldFile()
    {
        using TemporaryFolder folder = new();
        AtomicFile.WriteText(folder["a.txt"], "old");

        Assert.Throws<OperationCanceledException>(() => AtomicFile.Write(folder["a.txt"], stream =>
        {
            stream.Write(new byte[1 << 20]);
            throw new OperationCanceledException();
        }));

        Assert.Equal("old", File.ReadAllText(folder["a.txt"]));
        Assert.Single(Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void Write_DiskFull_KeepsTheOldFileAndSaysSo()
    {
        using TemporaryFolder folder = new();
        AtomicFile.WriteText(folder["a.txt"], "old");
        FullDisk.At(folder["a.txt" + AtomicFile.TemporarySuffix]);

        InputException exception = Assert.Throws<InputException>(() => AtomicFile.WriteText(folder["a.txt"], "new"));

        Assert.Equal(folder["a.txt"], exception.Problems[0].Where);
        Assert.Contains("No space left", exception.Problems[0].What, StringComparison.Ordinal);
        Assert.EndsWith("Nothing was changed.", exception.Problems[0].What, StringComparison.Ordinal);
        Assert.Equal("old", File.ReadAllText(folder["a.txt"]));
        Assert.Single(Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void Write_FolderMissingOrNameTaken_IsTheUsersMistake()
    {
        using TemporaryFolder folder = new();
        Directory.CreateDirectory(folder["taken"]);

        Assert.Throws<InputException>(() => AtomicFile.WriteText(folder["none", "a.txt"], "x"));
        Assert.Throws<InputException>(() => AtomicFile.WriteText(folder["taken"], "x"));
        Assert.Equal([folder["taken"]], Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void Copy_File_HasTheSameBytes()
    {
        using TemporaryFolder folder = new();
        byte[] bytes = Encoding.ASCII.GetBytes(new string('x', 200_000));
        File.WriteAllBytes(folder["a"], bytes);

        AtomicFile.Copy(folder["a"], folder["b"]);

        Assert.Equal(bytes, File.ReadAllBytes(folder["b"]));
        Assert.Equal(folder["c"], Assert.Throws<InputException>(() => AtomicFile.Copy(folder["c"], folder["b"])).Problems[0].Where);
        Assert.Equal(bytes, File.ReadAllBytes(folder["b"]));
    }
}
