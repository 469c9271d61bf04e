using System;
using System.Collections.Generic;
using System.IO;
using System.Text;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

/// <summary>
/// Marks one required symbol version of an ELF library as weak, in a new copy that replaces the file.
/// libLibTorchSharp.so asks for GLIBCXX_3.4.32 (GCC 13) although no relocation uses a symbol of it; Debian 12 and
/// Ubuntu 22.04 have 3.4.30. With the weak flag set the loader accepts the older libstdc++. Nothing is done where the
/// system's libstdc++ has the version, or where the library does not ask for it.
/// </summary>
public sealed class RelaxSymbolVersion : Task
{
    private const int SectionTypeVersionNeed = 0x6ffffffe;
    private const ushort WeakFlag = 2;

    [Required]
    public string Library { get; set; }

    [Required]
    public string Version { get; set; }

    public override bool Execute()
    {
        if (!File.Exists(Library) || SystemLibraryHas(Version))
        {
            return true;
        }

        byte[] elf = File.ReadAllBytes(Library);
        if (elf.Length < 64 || elf[0] != 0x7f || elf[1] != 'E' || elf[2] != 'L' || elf[3] != 'F' || elf[4] != 2 || elf[5] != 1)
        {
            Log.LogError("{0} is not a 64-bit little-endian ELF file.", Library);
            return false;
        }

        if (!SetWeak(elf))
        {
            return true;
        }

        // A new file: the one in place may be a hard link into the package cache.
        string temporary = Library + ".tmp";
        File.WriteAllBytes(temporary, elf);
        File.Delete(Library);
        File.Move(temporary, Library);
        Log.LogMessage(MessageImportance.Normal, "{0}: the need for {1} is now weak.", Library, Version);
        return true;
    }

    private bool SetWeak(byte[] elf)
    {
        bool changed = false;
        long sections = BitConverter.ToInt64(elf, 0x28);
        int sectionSize = BitConverter.ToUInt16(elf, 0x3a);
        int sectionCount = BitConverter.ToUInt16(elf, 0x3c);
        for (int s = 0; s < sectionCount; s++)
        {
            int header = (int)(sections + (long)s * sectionSize);
            if (BitConverter.ToUInt32(elf, header + 4) != SectionTypeVersionNeed)
            {
                continue;
            }

            int start = (int)BitConverter.ToInt64(elf, header + 0x18);
            int stringSection = (int)(sections + (long)BitConverter.ToInt32(elf, header + 0x28) * sectionSize);
            int strings = (int)BitConverter.ToInt64(elf, stringSection + 0x18);
            for (int need = start; ;)
            {
                int auxCount = BitConverter.ToUInt16(elf, need + 2);
                int aux = need + BitConverter.ToInt32(elf, need + 8);
                for (int a = 0; a < auxCount; a++)
                {
                    ushort flags = BitConverter.ToUInt16(elf, aux + 4);
                    if (ReadString(elf, strings + BitConverter.ToInt32(elf, aux + 8)) == Version && (flags & WeakFlag) == 0)
                    {
                        elf[aux + 4] = (byte)(flags | WeakFlag);
                        changed = true;
                    }

                    aux += BitConverter.ToInt32(elf, aux + 12);
                }

                int next = BitConverter.ToInt32(elf, need + 12);
                if (next == 0)
                {
                    break;
                }

                need += next;
            }
        }

        return changed;
    }

    private static string ReadString(byte[] bytes, int offset)
    {
        int end = Array.IndexOf(bytes, (byte)0, offset);
        return Encoding.ASCII.GetString(bytes, offset, end - offset);
    }

    private static bool SystemLibraryHas(string version)
    {
        List<string> folders = new List<string> { "/usr/lib/x86_64-linux-gnu", "/lib/x86_64-linux-gnu", "/usr/lib64", "/lib64", "/usr/lib" };
        foreach (string folder in folders)
        {
            string path = Path.Combine(folder, "libstdc++.so.6");
            if (File.Exists(path))
            {
                string text = Encoding.GetEncoding(28591).GetString(File.ReadAllBytes(path));
                return text.Contains("\0" + version + "\0");
            }
        }

        return false;
    }
}
