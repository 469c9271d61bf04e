using DriveKD.Data.Errors;
using DriveKD.Runs.Folders;
using DriveKD.Tests;

namespace DriveKD.Runs.Tests.Folders;

public sealed class ContentHashesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void OfModel_SameShapesOtherNumbers_Differs()
    {
        Directory.CreateDirectory(_folder["a"]);
        Directory.CreateDirectory(_folder["b"]);
        File.WriteAllBytes(_folder["a", "model.safetensors"], [1, 2, 3, 4]);
        File.WriteAllBytes(_folder["b", "model.safetensors"], [1, 2, 3, 5]);
        ContentHashes hashes = new();
        string first = hashes.OfModel(_folder["a"]);
        Assert.NotEqual(first, hashes.OfModel(_folder["b"]));

        File.WriteAllBytes(_folder["b", "model.safetensors"], [1, 2, 3, 4]);
        File.WriteAllText(_folder["b", "README.md"], "no part of the model");

        Assert.Equal(first, new ContentHashes().OfModel(_folder["b"]));
    }

    [Fact]
    public void OfTexts_DividedOtherwise_Differs() => Assert.NotEqual(ContentHashes.OfTexts(["ab", "c"]), ContentHashes.OfTexts(["a", "bc"]));

    [Fact]
    public void OfFile_Missing_IsSaid() =>
        Assert.Contains("could not be read", Assert.Throws<InputException>(() => new ContentHashes().OfFile(_folder["none"])).Message, StringComparison.Ordinal);
}
