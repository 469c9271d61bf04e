using System.Globalization;
using System.Text.Json;
using DriveKD.Analysis.Study;
using DriveKD.Data.Errors;
using DriveKD.Data.Samples;
using DriveKD.Distillation.Pulls;
using DriveKD.Runs.Folders;

namespace DriveKD.Cli.Commands.Prestudying;

/// <summary>What a pre-study measured so far, in its run folder: one file for each model and sample, and for each sample whose gradients were taken.</summary>
/// <param name="folder">The run folder.</param>
internal sealed class ProfileShelf(string folder)
{
    private static readonly JsonSerializerOptions _options = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>Whether a sample was measured in a model.</summary>
    public bool Has(PreStudyModel model, string data, int sample) => File.Exists(FileOf(model, data, sample));

    /// <summary>Keeps a profile.</summary>
    public void Put(PreStudyModel model, int sample, SampleProfile profile)
    {
        string file = FileOf(model, profile.Data, sample);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        SampleProfileFile.Write(file, profile);
    }

    /// <summary>A profile that was kept.</summary>
    /// <exception cref="InputException">It is damaged, or another sample's.</exception>
    public SampleProfile Get(PreStudyModel model, string data, int sample, Sample expected)
    {
        string file = FileOf(model, data, sample);
        SampleProfile profile = SampleProfileFile.Read(file);
        return profile.Sample == SampleProfile.IdentityOf(expected) && profile.Model == model.Name
            ? profile
            : throw new InputException(
                file, $"is of sample {profile.Sample} in {profile.Model}; {SampleProfile.IdentityOf(expected)} in {model.Name} is expected. Delete the file: the sample is then measured again.");
    }

    /// <summary>The pulls of a sample; null where they were not measured.</summary>
    /// <exception cref="InputException">They are damaged.</exception>
    public IReadOnlyList<SignalPull>? Pulls(int sample)
    {
        string file = PullFile(sample);
        if (!File.Exists(file))
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize<SignalPull[]>(File.ReadAllBytes(file), _options) ?? throw new JsonException("null.");
        }
        catch (JsonException exception)
        {
            throw new InputException(file, $"is damaged: {exception.Message} Delete the file: the sample is then measured again.", exception);
        }
    }

    /// <summary>Keeps the pulls of a sample.</summary>
    public void Put(int sample, IReadOnlyList<SignalPull> pulls)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PullFile(sample))!);
        AtomicFile.WriteText(PullFile(sample), JsonSerializer.Serialize(pulls, _options));
    }

    private string FileOf(PreStudyModel model, string data, int sample) =>
        Path.Combine(folder, "profiles", model.FileName, string.Create(CultureInfo.InvariantCulture, $"{data}-{sample:00000}.json"));

    private string PullFile(int sample) => Path.Combine(folder, "pulls", string.Create(CultureInfo.InvariantCulture, $"{sample:00000}.json"));
}
