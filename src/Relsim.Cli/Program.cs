Console.WriteLine("relsim");
