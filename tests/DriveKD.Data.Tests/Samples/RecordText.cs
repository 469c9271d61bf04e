using DriveKD.Data.Errors;
using DriveKD.Data.Samples;
using DriveKD.Tests;

namespace DriveKD.Data.Tests.Samples;

/// <summary>Reads records that a test spells out.</summary>
internal static class RecordText
{
    public static RecordReadOptions Skipping { get; } = new() { OnError = OnError.SkipAndCount };

    public static RecordFile Read(string json, RecordReadOptions? options = null) => Read(System.Text.Encoding.UTF8.GetBytes(json), options);

    public static RecordFile Read(byte[] json, RecordReadOptions? options = null)
    {
        using TemporaryFolder folder = new();
        File.WriteAllBytes(folder["records.json"], json);
        return RecordReader.Read(folder["records.json"], options);
    }

    /// <summary>The faults of a file as "kind path".</summary>
    public static string[] Faults(string json, RecordReadOptions? options = null) =>
        [.. Read(json, (options ?? Skipping) with { OnError = OnError.SkipAndCount }).Faults.Select(fault => $"{fault.Kind} {fault.Position.JsonPath}")];

    /// <summary>The only problem of a file that cannot be read.</summary>
    public static string Problem(string json, RecordReadOptions? options = null) =>
        Assert.Single(Assert.Throws<InputException>(() => Read(json, options)).Problems).What;

    /// <summary>A Drive-KD record whose parts a test replaces.</summary>
    public static string DriveKd(
        string question = "\"Is the road clear?\"", string answer = "\"Yes.\"", string images = "[\"a.jpg\"]", string type = "\"planning\"") =>
        $$"""{"question": {{question}}, "answer": {{answer}}, "images": {{images}}, "question_type": {{type}}}""";
}
