using DriveKD.Data.Errors;
using DriveKD.Evaluation.Clients;
using DriveKD.Evaluation.Tests.Support;
using DriveKD.Runs.Recipes;

namespace DriveKD.Evaluation.Tests.Clients;

public sealed class EndpointTests
{
    [Theory]
    [InlineData("openai:gpt-4o", true, "gpt-4o")]
    [InlineData("openai: meta-llama/Llama-3.2-11B ", true, "meta-llama/Llama-3.2-11B")]
    [InlineData("models/InternVL3-1B", false, "models/InternVL3-1B")]
    public void Parse_Address_IsServerOrFolder(string text, bool isEndpoint, string name) =>
        Assert.Equal(new ModelAddress(isEndpoint, name), ModelAddress.Parse(text, "--judge"));

    [Theory]
    [InlineData("openai:")]
    [InlineData(" ")]
    public void Parse_Nothing_IsRefused(string text) =>
        Assert.Contains("openai:MODEL", Assert.Throws<InputException>(() => ModelAddress.Parse(text, "--judge")).Message, StringComparison.Ordinal);

    [Fact]
    public void Resolve_NothingGiven_IsOpenAIWithItsKey()
    {
        Endpoint endpoint = Endpoint.Resolve("gpt-4o", new EndpointSettings(), Environments.WithKey);

        Assert.True(endpoint.IsOpenAI);
        Assert.True(endpoint.HasKey);
        Assert.Equal("openai:gpt-4o at https://api.openai.com/v1", endpoint.ToString());
    }

    [Fact]
    public void Resolve_BaseUrlInTheEnvironment_IsTaken()
    {
        Endpoint endpoint = Endpoint.Resolve("m", new EndpointSettings(), name => name == Endpoint.BaseUrlVariable ? "http://localhost:8000/v1/" : null);

        Assert.Equal("http://localhost:8000/v1", endpoint.BaseUrl.ToString());
        Assert.False(endpoint.HasKey);
    }

    [Fact]
    public void Resolve_WholeOperationGiven_IsCutToTheBase() => Assert.Equal(
        "http://localhost:8000/v1",
        Endpoint.Resolve("m", new EndpointSettings { BaseUrl = "http://localhost:8000/v1/chat/completions" }, Environments.Empty).BaseUrl.ToString());

    [Fact]
    public void Resolve_KeyMissingAtOpenAI_SaysWhichVariable()
    {
        InputException exception = Assert.Throws<InputException>(() => Endpoint.Resolve("gpt-4o", new EndpointSettings(), Environments.Empty));

        Assert.Contains("openai:gpt-4o at https://api.openai.com/v1: the key is missing: the environment variable OPENAI_API_KEY is not set", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Resolve_NamedKeyMissing_IsAnErrorAtAnyServer()
    {
        EndpointSettings settings = new() { BaseUrl = "http://localhost:1/v1", KeyVariable = "MY_KEY" };

        Assert.Contains("MY_KEY is not set", Assert.Throws<InputException>(() => Endpoint.Resolve("m", settings, Environments.WithKey)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("localhost:8000")]
    [InlineData("ftp://localhost/v1")]
    [InlineData("http://user:hunter2secret@localhost/v1")]
    [InlineData("http://localhost/v1?key=hunter2secret")]
    public void Resolve_BaseUrlOfAnotherForm_IsRefusedWithoutRepeatingIt(string url)
    {
        InputException exception = Assert.Throws<InputException>(() => Endpoint.Resolve("m", new EndpointSettings { BaseUrl = url }, Environments.Empty));

        Assert.DoesNotContain("hunter2secret", exception.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Resolve_KeyWithLineBreak_IsRefusedWithoutRepeatingIt()
    {
        InputException exception = Assert.Throws<InputException>(() => Endpoint.Resolve("m", new EndpointSettings(), name => name == "OPENAI_API_KEY" ? "sk-secret\nX-Header: 1" : null));

        Assert.Contains("OPENAI_API_KEY", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("sk-secret", exception.ToString(), StringComparison.Ordinal);
    }
}
