using System.Globalization;
using System.Text.Json;
using DriveKD.Data.Samples;
using DriveKD.Data.Samples.Json;

namespace DriveKD.Evaluation.DriveBench.Records;

/// <summary>Takes a record apart and remembers the first thing in it that is not what belongs there.</summary>
internal sealed class RecordFields(RecordNode record)
{
    /// <summary>The first fault.</summary>
    public string? Fault { get; private set; } = record.TextFaults("").Select(fault => $"{fault.Path} {fault.What}".TrimStart('.')).FirstOrDefault();

    public bool Has(string name) => record.Find(name) is not null;

    public string? Text(params string[] names)
    {
        foreach (string name in names)
        {
            if (record.FindPresent(name) is not RecordNode found)
            {
                continue;
            }

            if (found.Kind == JsonValueKind.String)
            {
                return found.Text;
            }

            Fault ??= $"'{name}' is {found.Description}, expected a text";
        }

        return null;
    }

    public IReadOnlyList<int> Tags()
    {
        if (record.FindPresent("tag") is not RecordNode found)
        {
            return [];
        }

        RecordNode[] items = found.Kind == JsonValueKind.Array ? [.. found.Items] : [found];
        List<int> tags = new(items.Length);
        foreach (RecordNode item in items)
        {
            if (item.Kind == JsonValueKind.Number && int.TryParse(item.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int tag))
            {
                tags.Add(tag);
            }
            else
            {
                Fault ??= $"'tag' holds {item.Description}, expected whole numbers";
            }
        }

        return tags;
    }

    /// <summary>Pictures by camera; cameras without one are passed over.</summary>
    public IReadOnlyList<SampleImage> Images(string name) => record.FindPresent(name) is not RecordNode found ? []
        : found.Kind == JsonValueKind.String ? [new SampleImage(found.Text, null, null)]
        : found.Kind == JsonValueKind.Array ? [.. found.Items.Where(item => item.Kind == JsonValueKind.String).Select(item => new SampleImage(item.Text, null, null))]
        : [.. found.Properties.Where(item => item.Value.Kind == JsonValueKind.String).Select(item => new SampleImage(item.Value.Text, null, item.Name))];
}
