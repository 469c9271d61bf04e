using System.Text.Json;
using DriveKD.Data.Samples.Json;

namespace DriveKD.Data.Samples.Layouts;

/// <summary>Walks through a list of records (Drive-KD, DriveBench), one in memory at a time.</summary>
internal static class RecordListReader
{
    public static void Read(JsonTokenStream tokens, DetectedLayout detected, SampleCollector collector)
    {
        tokens.Read();
        if (detected.Container is not string container)
        {
            ReadList(tokens, detected.Layout, collector, JsonPath.Root);
        }
        else
        {
            while (tokens.Read() && tokens.TokenType != JsonTokenType.EndObject)
            {
                string? name = tokens.Text;
                tokens.Read(withText: false);
                if (name == container && tokens.TokenType == JsonTokenType.StartArray)
                {
                    ReadList(tokens, detected.Layout, collector, JsonPath.Property(JsonPath.Root, container));
                }
                else
                {
                    tokens.SkipValue();
                }
            }
        }

        // What follows the root is broken JSON; the token stream says so.
        tokens.Read();
    }

    private static void ReadList(JsonTokenStream tokens, RecordLayout layout, SampleCollector collector, string path)
    {
        for (int item = 0; tokens.Read() && tokens.TokenType != JsonTokenType.EndArray; item++)
        {
            RecordNode record = RecordNode.Read(tokens);
            if (record.Kind != JsonValueKind.Object)
            {
                collector.AddFault(RecordFaultKind.WrongType, JsonPath.Item(path, item), $"found {record.Description}, expected a record (an object).");
                collector.AddUnreadable();
            }
            else if (layout == RecordLayout.DriveBench)
            {
                DriveBenchRecords.AddRecord(collector, record, path, item);
            }
            else
            {
                DriveKdRecords.AddRecord(collector, record, path, item);
            }
        }
    }
}
